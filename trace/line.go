package trace

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"switchroom/regmap"
)

// line is one exchange, or one note, as a JSON object in one line. Its names and
// their order are stable.
type line struct {
	T           string  `json:"t"`
	Lost        uint64  `json:"lost,omitempty"` // a note: so many exchanges are missing here
	Client      string  `json:"client,omitempty"`
	Server      string  `json:"server,omitempty"`
	Unit        byte    `json:"unit"`
	Transaction uint16  `json:"transaction"`
	Function    byte    `json:"function"`
	Request     string  `json:"request"`
	Reply       *string `json:"reply"`
	Ended       Ending  `json:"ended"`
	MS          float64 `json:"ms"`
	Meaning
}

// timeForm is RFC 3339 with microseconds.
const timeForm = "2006-01-02T15:04:05.000000Z07:00"

// note is the line that tells what is missing.
type note struct {
	T    string `json:"t"`
	Lost uint64 `json:"lost"`
}

// AppendJSON appends the exchange as a line of JSON, with its meaning by m.
func (e *Exchange) AppendJSON(out []byte, m *regmap.Map) []byte {
	l := line{
		T: e.Time.UTC().Format(timeForm), Client: e.Client.String(), Server: e.Server.String(),
		Unit: e.Unit, Transaction: e.Transaction, Function: e.Function(), Request: hex.EncodeToString(e.Request),
		Ended: e.Ended, MS: float64(e.Took.Microseconds()) / 1000, Meaning: Means(e, m),
	}
	if e.Reply != nil {
		s := hex.EncodeToString(e.Reply)
		l.Reply = &s
	}
	return appendLine(out, l)
}

func appendLost(out []byte, at time.Time, n uint64) []byte {
	return appendLine(out, note{at.UTC().Format(timeForm), n})
}

func appendLine(out []byte, v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // strings and numbers that are finite
	}
	return append(append(out, b...), '\n')
}

// parseLine reads a line. What it means is not read: it follows from the bytes.
func parseLine(b []byte) (e Exchange, lost uint64, err error) {
	var l line
	if err := json.Unmarshal(b, &l); err != nil {
		return e, 0, err
	}
	if e.Time, err = time.Parse(time.RFC3339Nano, l.T); err != nil {
		return e, 0, fmt.Errorf("t: %q is no time as in 2026-01-31T09:00:00.000000Z", l.T)
	}
	if l.Lost > 0 {
		return e, l.Lost, nil
	}
	return e, 0, errors.Join(l.frames(&e), l.parties(&e), l.rest(&e))
}

// parties reads who talked.
func (l *line) parties(e *Exchange) (err error) {
	var one, two error
	if e.Client, one = netip.ParseAddrPort(l.Client); one != nil {
		one = fmt.Errorf("client: %q is no address with a port", l.Client)
	}
	if e.Server, two = netip.ParseAddrPort(l.Server); two != nil {
		two = fmt.Errorf("server: %q is no address with a port", l.Server)
	}
	return errors.Join(one, two)
}

// frames reads the bytes.
func (l *line) frames(e *Exchange) (err error) {
	if e.Request, err = hex.DecodeString(l.Request); err != nil {
		return fmt.Errorf("request: %v", err)
	}
	if l.Reply == nil {
		return nil
	}
	if e.Reply, err = hex.DecodeString(*l.Reply); err != nil {
		return fmt.Errorf("reply: %v", err)
	}
	return nil
}

func (l *line) rest(e *Exchange) error {
	e.Unit, e.Transaction, e.Ended = l.Unit, l.Transaction, l.Ended
	if !slices.Contains([]Ending{Answered, Raw, Dropped, HungUp, Open}, l.Ended) {
		return fmt.Errorf("ended: %q is none of answered, raw, dropped, hung up, open", l.Ended)
	}
	if !(l.MS >= 0 && l.MS < 1e12) {
		return fmt.Errorf("ms: %g is no duration", l.MS)
	}
	e.Took = time.Duration(l.MS*1000+0.5) * time.Microsecond
	return nil
}
