// Command micromdm writes the enrolments of a MicroMDM database as lines of JSON, one a device, for
// "quartermaster mdm move lines". It only reads. The lines hold push and unlock tokens: keep them safe.
package main

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"time"

	"go.etcd.io/bbolt"
)

// Buckets of MicroMDM's database, and the fields of its messages by their numbers.
const (
	devices = "mdm.Devices"
	pins    = "mdm.UDIDCertAuth"

	udidField, serialField, systemField             = 2, 3, 4
	tokenField, magicField, topicField, unlockField = 9, 10, 11, 12
	enrolledField, bootstrapField                   = 13, 30
)

var errMalformed = errors.New("a message in the database is malformed")

type line struct {
	UDID           string `json:"udid"`
	SerialNumber   string `json:"serial_number,omitempty"`
	OSVersion      string `json:"os_version,omitempty"`
	Topic          string `json:"topic"`
	PushMagic      string `json:"push_magic"`
	Token          string `json:"token"`
	UnlockToken    string `json:"unlock_token,omitempty"`
	BootstrapToken string `json:"bootstrap_token,omitempty"`
	Certificate    string `json:"certificate_sha256,omitempty"`
}

// fields reads a protocol buffer message: the last value of each field, numbers as their bytes.
func fields(message []byte) (map[uint64][]byte, error) {
	found := map[uint64][]byte{}
	for len(message) > 0 {
		key, size := binary.Uvarint(message)
		if size <= 0 {
			return nil, errMalformed
		}
		message = message[size:]
		length := 0
		switch key & 7 {
		case 0:
			if _, length = binary.Uvarint(message); length <= 0 {
				return nil, errMalformed
			}
		case 1:
			length = 8
		case 2:
			stated, size := binary.Uvarint(message)
			if size <= 0 || stated > uint64(len(message)-size) {
				return nil, errMalformed
			}
			message = message[size:]
			length = int(stated)
		case 5:
			length = 4
		default:
			return nil, errMalformed
		}
		if length > len(message) {
			return nil, errMalformed
		}
		found[key>>3] = message[:length]
		message = message[length:]
	}
	return found, nil
}

// export writes every device that is enrolled. A topic given by hand is for databases of old that keep none.
func export(db *bbolt.DB, topic string, out io.Writer) (int, error) {
	written := 0
	err := db.View(func(tx *bbolt.Tx) error {
		bucket := tx.Bucket([]byte(devices))
		if bucket == nil {
			return fmt.Errorf("there is no bucket %s: this is no database of MicroMDM", devices)
		}
		encoder := json.NewEncoder(out)
		return bucket.ForEach(func(_, value []byte) error {
			device, err := fields(value)
			if err != nil {
				return err
			}
			if enrolled := device[enrolledField]; len(enrolled) == 0 || enrolled[0] == 0 {
				return nil
			}
			made := line{
				UDID:           string(device[udidField]),
				SerialNumber:   string(device[serialField]),
				OSVersion:      string(device[systemField]),
				Topic:          string(device[topicField]),
				PushMagic:      string(device[magicField]),
				Token:          string(device[tokenField]),
				UnlockToken:    string(device[unlockField]),
				BootstrapToken: string(device[bootstrapField]),
			}
			if made.Topic == "" {
				made.Topic = topic
			}
			if known := tx.Bucket([]byte(pins)); known != nil {
				made.Certificate = hex.EncodeToString(known.Get([]byte(made.UDID)))
			}
			written++
			return encoder.Encode(made)
		})
	})
	return written, err
}

func main() {
	path := flag.String("db", "micromdm.db", "MicroMDM's database, while MicroMDM does not run")
	topic := flag.String("topic", "", "push topic of devices for which none is kept")
	flag.Parse()
	options := &bbolt.Options{ReadOnly: true, Timeout: 5 * time.Second}
	db, err := bbolt.Open(*path, 0o600, options)
	if err != nil {
		log.Fatalf("%s cannot be opened: %v", *path, err)
	}
	defer db.Close()
	written, err := export(db, *topic, os.Stdout)
	if err != nil {
		log.Fatal(err)
	}
	log.Printf("%d devices written.", written)
}
