package commission

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	jsonv2 "github.com/go-json-experiment/json"

	"switchroom/points"
)

// Digest is "sha256:" and 64 hexadecimal digits of the canonical form of something.
type Digest string

// Short is enough of it for a person to tell two apart.
func (d Digest) Short() string {
	text := strings.TrimPrefix(string(d), "sha256:")
	return text[:min(len(text), 12)]
}

// digest is of the canonical form of v: JSON without spaces, fields by the order of the
// type, rows sorted by point, times in UTC.
// DigestOf is the digest of anything that JSON writes the same way each time.
func DigestOf(v any) Digest { return digest(v) }

func digest(v any) Digest {
	b, err := json.Marshal(v)
	if err != nil {
		return "" // our own types have nothing that cannot be written; "" equals no digest
	}
	sum := sha256.Sum256(b)
	return Digest("sha256:" + hex.EncodeToString(sum[:]))
}

// Row is one setting as it was read.
type Row struct {
	Point       string           `json:"point"`
	Value       string           `json:"value,omitempty"` // as package points writes it; "" where it cannot be read
	Unit        string           `json:"unit,omitempty"`
	Certainty   points.Certainty `json:"certainty"`              // of where it was read
	NotReadable string           `json:"not_readable,omitempty"` // why there is no value
}

// Snapshot is a breaker as it was found, or left.
type Snapshot struct {
	Breaker  string            `json:"breaker"` // id in the project
	At       time.Time         `json:"at"`
	By       string            `json:"by"`             // id of the person
	Name     string            `json:"name,omitempty"` // of the person, as it was then
	Address  string            `json:"address"`
	Virtual  bool              `json:"virtual"`  // it says itself that it is no hardware
	Identity map[string]string `json:"identity"` // points that say which unit it is; what cannot be read is absent
	Rows     []Row             `json:"rows"`     // by point
}

// Canonical is the one form of a snapshot in bytes.
func (s *Snapshot) Canonical() ([]byte, error) { return json.Marshal(s) }

// Digest is of the canonical form.
func (s *Snapshot) Digest() Digest { return digest(s) }

// Row returns the row of a point.
func (s *Snapshot) Row(point string) (*Row, bool) {
	i, ok := slices.BinarySearchFunc(s.Rows, point, func(r Row, p string) int { return strings.Compare(r.Point, p) })
	if !ok {
		return nil, false
	}
	return &s.Rows[i], true
}

// Value is what a point was, and "" where that is not known.
func (s *Snapshot) Value(point string) string {
	if r, ok := s.Row(point); ok {
		return r.Value
	}
	return ""
}

// maxSnapshot bounds one as JSON; ours.
const maxSnapshot = 1 << 20

// ReadSnapshot reads what [Snapshot.Canonical] wrote.
func ReadSnapshot(b []byte) (*Snapshot, error) {
	var s Snapshot
	if len(b) > maxSnapshot {
		return nil, errors.New("this is no snapshot: it is larger than 1 MiB")
	}
	if err := jsonv2.Unmarshal(b, &s, jsonv2.RejectUnknownMembers(true)); err != nil {
		return nil, fmt.Errorf("this is no snapshot: %s", unwrapped(err))
	}
	if slices.ContainsFunc(s.Rows, func(r Row) bool { return r.Certainty == 0 }) {
		return nil, errors.New("this is no snapshot: a row does not say how certain it is")
	}
	if !slices.IsSortedFunc(s.Rows, func(a, b Row) int { return strings.Compare(a.Point, b.Point) }) {
		return nil, fmt.Errorf("this is no snapshot: its rows are not sorted by point")
	}
	return &s, nil
}

// sensitive are the points of an identity that say which unit it is among all that there
// are, or where it is (C1); what else is in it many units have.
var sensitive = []points.ID{points.DeviceSerial, points.InterfaceName, points.InterfaceProductCode}

// Redacted is the snapshot for people outside: without serial numbers, names, addresses
// and who took it. Its digest is another one.
func (s *Snapshot) Redacted() *Snapshot {
	out := *s
	out.By, out.Name, out.Address, out.Identity = "redacted", "redacted", "redacted", map[string]string{}
	for k, v := range s.Identity {
		out.Identity[k] = v
	}
	for _, id := range sensitive {
		if _, there := out.Identity[id.String()]; there {
			out.Identity[id.String()] = "redacted"
		}
	}
	out.Rows = slices.Clone(s.Rows)
	for i, r := range out.Rows {
		if slices.ContainsFunc(sensitive, func(id points.ID) bool { return id.String() == r.Point }) && r.Value != "" {
			out.Rows[i].Value = "redacted"
		}
	}
	return &out
}

// Change is a row in which two snapshots differ.
type Change struct {
	Point string `json:"point"`
	Was   string `json:"was"`
	Is    string `json:"is"`
	Unit  string `json:"unit,omitempty"`
}

// Compare returns the settings in which b differs from a, of those that could be read both
// times: by another way fewer can be.
func Compare(a, b *Snapshot) (all []Change) {
	for _, was := range a.Rows {
		is, ok := b.Row(was.Point)
		if ok && was.Value != "" && is.Value != "" && !same(was.Point, was.Value, is.Value) {
			all = append(all, Change{was.Point, was.Value, is.Value, was.Unit})
		}
	}
	return all
}
