package usblink

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Verbs of a question.
const (
	Hello    = "hello"    // who is at the other end; needs no login
	Login    = "login"    // with the password of a level (B5)
	Logout   = "logout"   //
	Read     = "read"     // points; none: everything
	Write    = "write"    // settings, those of protection together
	Do       = "do"       // an action, with its argument
	Events   = "events"   // a history
	Captures = "captures" // the waveforms that are kept, without their samples
	Capture  = "capture"  // one of them
	Firmware = "firmware" // versions of the members, digital modules, how far an update is
	Stage    = "stage"    // a piece of a package; without data: how much is there?
	Install  = "install"  // the package that was sent
)

// Ask is a question. What its verb does not need is absent.
type Ask struct {
	Verb     string           `json:"verb"`
	Password string           `json:"password,omitempty"` // of login
	Points   []string         `json:"points,omitempty"`   // of read
	Group    int              `json:"group,omitempty"`    // of write: 0 acting, 1 A, 2 B
	Settings []Setting        `json:"settings,omitempty"` // of write
	Op       string           `json:"op,omitempty"`       // of do: a point
	Value    *json.RawMessage `json:"value,omitempty"`    // of do: a number or a text
	History  string           `json:"history,omitempty"`  // of events
	First    int              `json:"first,omitempty"`    // of events: from the newest; of capture: which
	Count    int              `json:"count,omitempty"`    // of events
	Size     int64            `json:"size,omitempty"`     // of stage and install: bytes of the package
	SHA256   []byte           `json:"sha256,omitempty"`   // and what they hash to, 32 bytes
	Offset   int64            `json:"offset,omitempty"`   // of stage: where the data belongs
	Data     []byte           `json:"data,omitempty"`     // of stage, at most [MaxPiece] bytes
	Lists    [][]byte         `json:"lists,omitempty"`    // of install: revocation lists, DER
	Member   string           `json:"member,omitempty"`   // of install: io2; absent: the first of its kind
}

// MaxPiece is how much of a package fits into one question.
const MaxPiece = 128 << 10

// Setting is a point and its new value, a number or a text.
type Setting struct {
	Point string          `json:"point"`
	Value json.RawMessage `json:"value"`
}

// Reply is an answer.
type Reply struct {
	OK      bool                       `json:"ok"`
	Reason  string                     `json:"reason,omitempty"`  // in a word, of a refusal: wrong_password
	Message string                     `json:"message,omitempty"` // what a person can do about it
	May     bool                       `json:"may_have_happened,omitempty"`
	Done    []string                   `json:"done,omitempty"` // points of a write that were set before it was refused
	Unit    string                     `json:"unit,omitempty"` // of hello
	Product string                     `json:"product,omitempty"`
	Levels  []int                      `json:"levels,omitempty"` // of login
	Values  map[string]json.RawMessage `json:"values,omitempty"` // of read: null is not available
	Value   json.RawMessage            `json:"value,omitempty"`  // of do: what it returned
	Events  json.RawMessage            `json:"events,omitempty"`
	Total   int                        `json:"total,omitempty"`
	Waves   json.RawMessage            `json:"waves,omitempty"`
	Members json.RawMessage            `json:"firmware,omitempty"` // of firmware
}

// ParseAsk reads a question. What it does not know it refuses: a field that is
// misspelt must not be taken for one that is absent.
func ParseAsk(body []byte) (*Ask, error) {
	var a Ask
	if err := strict(body, &a); err != nil {
		return nil, err
	}
	if a.Verb == "" {
		return nil, errors.New("a question without a verb")
	}
	return &a, nil
}

// ParseReply reads an answer.
func ParseReply(body []byte) (*Reply, error) {
	var r Reply
	if err := json.Unmarshal(body, &r); err != nil {
		return nil, fmt.Errorf("the answer cannot be read: %w", err)
	}
	return &r, nil
}

func strict(body []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("the question cannot be read: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the question")
	}
	return nil
}
