package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"path/filepath"
	"testing"

	"go.etcd.io/bbolt"
)

func text(number uint64, value string) []byte {
	made := binary.AppendUvarint(nil, number<<3|2)
	made = binary.AppendUvarint(made, uint64(len(value)))
	return append(made, value...)
}

func number(field, value uint64) []byte {
	return binary.AppendUvarint(binary.AppendUvarint(nil, field<<3), value)
}

func database(t *testing.T, rows map[string]map[string][]byte) *bbolt.DB {
	t.Helper()
	db, err := bbolt.Open(filepath.Join(t.TempDir(), "micromdm.db"), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	err = db.Update(func(tx *bbolt.Tx) error {
		for name, values := range rows {
			bucket, err := tx.CreateBucket([]byte(name))
			if err != nil {
				return err
			}
			for key, value := range values {
				if err := bucket.Put([]byte(key), value); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func device(enrolled uint64) []byte {
	return bytes.Join([][]byte{
		text(1, "uuid"), text(2, "UDID-1"), text(3, "C02XG0ABCDEF"), text(4, "15.1"),
		text(9, "0707"), text(10, "magic"), number(13, enrolled), number(28, 1700000000),
	}, nil)
}

func TestAnEnrolledDeviceIsWrittenWithItsPin(t *testing.T) {
	db := database(t, map[string]map[string][]byte{
		devices: {"uuid": device(1), "other": device(0)},
		pins:    {"UDID-1": {0xab, 0xcd}},
	})
	var out bytes.Buffer
	written, err := export(db, "com.apple.mgmt.External.x", &out)
	if err != nil || written != 1 {
		t.Fatalf("wrote %d, %v", written, err)
	}
	var got line
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	want := line{
		UDID: "UDID-1", SerialNumber: "C02XG0ABCDEF", OSVersion: "15.1", Token: "0707",
		Topic: "com.apple.mgmt.External.x", PushMagic: "magic", Certificate: "abcd",
	}
	if got != want {
		t.Fatalf("got %+v, want %+v", got, want)
	}
}

func TestAnotherDatabaseIsRefused(t *testing.T) {
	if _, err := export(database(t, nil), "", &bytes.Buffer{}); err == nil {
		t.Fatal("no error")
	}
}

func FuzzFields(f *testing.F) {
	f.Add(device(1))
	f.Fuzz(func(t *testing.T, message []byte) { fields(message) })
}
