package client

import (
	"context"
	"errors"
	"fmt"
	"time"

	"switchroom/points"
	"switchroom/wire/front"
	"switchroom/wire/ndef"
)

// Tag is a breaker as a phone that is held to its front reads it (A3): once, with or
// without a supply, and never to be written. What a real unit's tag holds is not
// known; this reads ours.
type Tag struct {
	label  *ndef.Label
	strict bool
	relied bool
}

// DialTag holds a phone to a tag, reads it, and takes the phone away again. The
// address is nfc:///PATH?unit=NAME, with &by=PERSON where a certain person stands
// there.
func DialTag(ctx context.Context, address string, o Options) (*Tag, error) {
	if o.Timeout == 0 {
		o.Timeout = 5 * time.Second
	}
	ctx, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()
	c, g, err := approach(ctx, address, "nfc")
	if err != nil {
		return nil, err
	}
	defer c.Close()
	stop := context.AfterFunc(ctx, func() { c.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	m, err := ndef.ReadTag(func(apdu []byte) ([]byte, error) {
		if err := front.WriteFrame(c, apdu); err != nil {
			return nil, err
		}
		return front.ReadFrame(c)
	})
	if err != nil {
		return nil, fmt.Errorf("the tag of %s: %w; hold the phone until it has been read", g.Unit, err)
	}
	l, err := ndef.ReadLabel(m)
	if err != nil {
		return nil, fmt.Errorf("the tag of %s: %w", g.Unit, err)
	}
	return &Tag{label: l, strict: o.Strict}, nil
}

// Label is all that the tag told.
func (t *Tag) Label() *ndef.Label { return t.label }

// Read reads points off the label. What is not on it is not available: a unit
// without a supply measures nothing.
func (t *Tag) Read(_ context.Context, ids ...points.ID) ([]Reading, error) {
	if t.strict {
		return nil, fmt.Errorf("what a tag holds is ours, and strict reading refuses that: %w", ErrUncertain)
	}
	t.relied = true
	out := make([]Reading, len(ids))
	for i, id := range ids {
		out[i] = Reading{Point: id, Certainty: points.Ours}
		info := points.Of(id)
		if v, ok := t.label.Values[info.Name]; ok && info.Type != points.Text {
			out[i].Value = points.Number(v)
		} else if s, ok := t.label.Texts[info.Name]; ok {
			out[i].Value = points.String(s)
		}
	}
	return out, nil
}

// errReadOnly is why a tag does nothing.
var errReadOnly = errors.New("a phone that is held to the front reads, and does nothing else (A3); use the display, Modbus or USB")

func (t *Tag) Write(context.Context, string, int, ...Setting) error {
	return &Error{Op: "write", Err: errReadOnly}
}

func (t *Tag) Do(_ context.Context, op points.ID, _ string, _ ...Argument) ([]byte, error) {
	return nil, &Error{Op: op.String(), Err: errReadOnly}
}

func (t *Tag) Open(ctx context.Context, p string) error {
	_, err := t.Do(ctx, points.BreakerOpen, p)
	return err
}

func (t *Tag) CloseBreaker(ctx context.Context, p string) error {
	_, err := t.Do(ctx, points.BreakerClose, p)
	return err
}

func (t *Tag) Reset(ctx context.Context, p string) error {
	_, err := t.Do(ctx, points.BreakerReset, p)
	return err
}

// Relied says that the content of the tag is ours.
func (t *Tag) Relied() []Reliance {
	if !t.relied {
		return nil
	}
	return []Reliance{{"what the NFC tag of a breaker holds", points.Ours, BehaviourKind, "OURS: in no document"}}
}

// Close does nothing: the phone was taken away when it had read.
func (t *Tag) Close() error { return nil }
