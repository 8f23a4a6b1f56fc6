package snmp

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Engine is who speaks SNMP (RFC 3411): its name, how often it has started, and since
// when. Version 3 tells a new message from a replayed one by the last two, so they are
// kept.
type Engine struct {
	ID    string // 5 to 32 bytes
	Boots uint32
	since time.Time
}

// Engines are those of a data directory.
type Engines struct {
	path  string
	known map[string]stored
}

type stored struct {
	ID    string `json:"id"` // hexadecimal
	Boots uint32 `json:"boots"`
}

// bootsMax is the last boot (RFC 3414, section 2.2.3): such an engine accepts nothing
// more until it gets a new name.
const bootsMax = 1<<31 - 1

// OpenEngines reads the engines of a directory. Damage in the file is an error: an
// engine that forgot how often it started could be told old messages again.
func OpenEngines(dir string) (*Engines, error) {
	e := &Engines{path: filepath.Join(dir, "snmp-engines.json"), known: map[string]stored{}}
	data, err := os.ReadFile(e.path)
	if errors.Is(err, fs.ErrNotExist) {
		return e, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &e.known)
	}
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read (%w); remove it: the SNMP engines then get new names, and managers must learn them anew", e.path, err)
	}
	return e, nil
}

// Start starts engines: all of them have one boot more, and that is on the disk before
// it returns.
func (e *Engines) Start(names ...string) (map[string]*Engine, error) {
	started := map[string]*Engine{}
	for _, n := range names {
		s := e.known[n]
		id, err := hex.DecodeString(s.ID)
		if err != nil || len(id) < 5 || len(id) > 32 || s.Boots >= bootsMax-1 {
			id, s = newID(), stored{}
		}
		s.ID, s.Boots = hex.EncodeToString(id), s.Boots+1
		e.known[n] = s
		started[n] = &Engine{string(id), s.Boots, time.Now()}
	}
	return started, e.save()
}

// newID makes the name of an engine: our enterprise number, and octets of our choice
// (RFC 3411, format 5).
func newID() []byte {
	id := append([]byte{0x80 | byte(enterprise>>24), byte(enterprise >> 16 & 0xFF), byte(enterprise >> 8 & 0xFF), byte(enterprise & 0xFF), 5}, make([]byte, 8)...)
	rand.Read(id[5:])
	return id
}

func (e *Engines) save() error {
	data, err := json.MarshalIndent(e.known, "", "  ")
	if err != nil {
		return err
	}
	f, err := os.OpenFile(e.path+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(e.path+".new", e.path)
}

// Time is how long the engine has run, in seconds.
func (e *Engine) Time() uint32 { return uint32(time.Since(e.since) / time.Second) }

// ticks is the same in hundredths of a second, which wrap.
func (e *Engine) ticks() uint32 { return uint32(time.Since(e.since) / (10 * time.Millisecond)) }
