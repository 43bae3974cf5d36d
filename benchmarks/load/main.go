// Command load plays a fleet of Apple devices against a management server and says how it went.
//
// It knows nothing of the server: an address, the devices with their proofs of identity, and what
// they do (enrol, poll, cycle). One line of JSON with the figures goes to standard output.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"regexp"
	"sort"
	"strings"
	"sync"
	"time"
)

type device struct {
	UDID        string `json:"udid"`
	Certificate string `json:"certificate"` // DER in base64
	Signature   string `json:"signature"`   // over idle(): CMS in base64
}

type figures struct {
	Requests int     `json:"requests"`
	Devices  int     `json:"devices"`
	Seconds  float64 `json:"seconds"`
	P50      float64 `json:"p50_ms"`
	P99      float64 `json:"p99_ms"`
}

const plist = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>%s</dict></plist>
`

var commandUUID = regexp.MustCompile(`<key>CommandUUID</key>\s*<string>([^<]+)</string>`)

func message(parts ...string) string { return fmt.Sprintf(plist, strings.Join(parts, "")) }

func text(key, value string) string {
	return "<key>" + key + "</key><string>" + value + "</string>"
}

func data(key string, value []byte) string {
	return "<key>" + key + "</key><data>" + base64.StdEncoding.EncodeToString(value) + "</data>"
}

func idle(d device) string { return message(text("Status", "Idle"), text("UDID", d.UDID)) }

func acknowledged(d device, uuid string) string {
	return message(text("Status", "Acknowledged"), text("UDID", d.UDID), text("CommandUUID", uuid),
		"<key>SecurityInfo</key><dict><key>PasscodePresent</key><true/>"+
			"<key>PasscodeCompliant</key><true/><key>HardwareEncryptionCaps</key><integer>3</integer></dict>")
}

type player struct {
	client *http.Client
	url    string
	signed bool
	took   []time.Duration
}

func (p *player) say(d device, kind, body string) []byte {
	request, err := http.NewRequest(http.MethodPut, p.url, strings.NewReader(body))
	if err != nil {
		log.Fatal(err)
	}
	request.Header.Set("Content-Type", kind)
	if p.signed {
		request.Header.Set("Mdm-Signature", d.Signature)
	} else {
		request.Header.Set("Client-Cert", ":"+d.Certificate+":")
	}
	begun := time.Now()
	answer, err := p.client.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	read, err := io.ReadAll(answer.Body)
	answer.Body.Close()
	if err != nil || answer.StatusCode != http.StatusOK {
		log.Fatalf("%s answered %d: %s %v", p.url, answer.StatusCode, read, err)
	}
	p.took = append(p.took, time.Since(begun))
	return read
}

const (
	checkIn = "application/x-apple-aspen-mdm-checkin"
	connect = "application/x-apple-aspen-mdm"
)

func (p *player) enrol(d device, topic string) {
	p.say(d, checkIn, message(text("MessageType", "Authenticate"), text("Topic", topic),
		text("UDID", d.UDID), text("SerialNumber", "S"+d.UDID[:10]), text("OSVersion", "18.1")))
	p.say(d, checkIn, message(text("MessageType", "TokenUpdate"), text("Topic", topic),
		text("UDID", d.UDID), text("PushMagic", "magic-"+d.UDID), data("Token", bytes.Repeat([]byte{7}, 32)),
		data("UnlockToken", bytes.Repeat([]byte{9}, 64))))
}

func (p *player) cycle(d device) {
	for body := p.say(d, connect, idle(d)); len(body) > 0; {
		found := commandUUID.FindSubmatch(body)
		if found == nil {
			log.Fatalf("no command in %s", body)
		}
		body = p.say(d, connect, acknowledged(d, string(found[1])))
	}
}

func main() {
	url := flag.String("url", "", "address that devices speak to")
	file := flag.String("devices", "", "file of devices (JSON)")
	phase := flag.String("phase", "poll", "enrol, poll or cycle")
	seconds := flag.Float64("seconds", 8, "how long to poll")
	connections := flag.Int("connections", 16, "how many devices speak at once")
	topic := flag.String("topic", "com.apple.mgmt.External.benchmark", "push topic")
	signed := flag.Bool("signed", false, "prove identity by signature instead of by the proxy's header")
	flag.Parse()

	raw, err := os.ReadFile(*file)
	if err != nil {
		log.Fatal(err)
	}
	var fleet []device
	if err := json.Unmarshal(raw, &fleet); err != nil {
		log.Fatal(err)
	}
	transport := &http.Transport{MaxIdleConnsPerHost: *connections, MaxConnsPerHost: *connections}
	client := &http.Client{Transport: transport, Timeout: time.Minute}
	players := make([]*player, *connections)
	var group sync.WaitGroup
	begun := time.Now()
	until := begun.Add(time.Duration(*seconds * float64(time.Second)))
	for w := range players {
		p := &player{client: client, url: *url, signed: *signed}
		players[w] = p
		group.Add(1)
		go func() {
			defer group.Done()
			for round := 0; ; round++ {
				for i := w; i < len(fleet); i += *connections {
					switch *phase {
					case "enrol":
						p.enrol(fleet[i], *topic)
					case "cycle":
						p.cycle(fleet[i])
					default:
						p.say(fleet[i], connect, idle(fleet[i]))
						if time.Now().After(until) {
							return
						}
					}
				}
				if *phase != "poll" {
					return
				}
			}
		}()
	}
	group.Wait()
	report(players, len(fleet), time.Since(begun))
}

func report(players []*player, devices int, lasted time.Duration) {
	var all []time.Duration
	for _, p := range players {
		all = append(all, p.took...)
	}
	sort.Slice(all, func(a, b int) bool { return all[a] < all[b] })
	at := func(share float64) float64 {
		return float64(all[int(share*float64(len(all)-1))].Microseconds()) / 1000
	}
	out, _ := json.Marshal(figures{len(all), devices, lasted.Seconds(), at(0.5), at(0.99)})
	fmt.Println(string(out))
}
