package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"
)

// heard ends the program once it has said something.
type heard struct {
	bytes.Buffer
	word string
	end  func()
}

func (h *heard) Write(b []byte) (int, error) {
	n, err := h.Buffer.Write(b)
	if strings.Contains(h.String(), h.word) {
		h.end()
	}
	return n, err
}

// TestOpened holds that the program without a word is the demonstration.
func TestOpened(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	out := &heard{word: "Ctrl-C ends.", end: cancel}
	var errs bytes.Buffer
	status := run(newApp(ctx, strings.NewReader(""), out, &errs), nil)
	if status != 0 || !strings.Contains(out.String(), "modbus://127.0.1.1:") || !strings.Contains(errs.String(), "--help` lists the others") {
		t.Errorf("status %d, %s%s", status, out.String(), errs.String())
	}
}
