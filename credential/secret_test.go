package credential_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	. "switchroom/credential"
)

const canary = "Canary-7-sings"

// TestSecretNeverPrints: whatever verb and however deep, a secret is not shown.
func TestSecretNeverPrints(t *testing.T) {
	s := NewSecret(canary)
	type inside struct {
		Open   Secret
		hidden Secret
		ptr    *Secret
	}
	in := inside{s, s, &s}
	var out bytes.Buffer
	for _, verb := range "vsqxXdUtcb" {
		for _, flag := range []string{"", "+", "#"} {
			fmt.Fprintf(&out, "%"+flag+string(verb), s)
			fmt.Fprintf(&out, "%"+flag+string(verb), in)
			fmt.Fprintf(&out, "%"+flag+string(verb), []any{&in, map[string]Secret{"a": s}})
		}
	}
	fmt.Fprintln(&out, s, errors.New(s.String()), s.GoString())
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "s", s, "in", in)
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "s", s, "in", in)
	for _, bad := range []string{canary, fmt.Sprintf("%x", canary), fmt.Sprintf("%X", canary), fmt.Sprint([]byte(canary))} {
		if strings.Contains(out.String(), bad) {
			t.Errorf("a secret is shown as %s", bad)
		}
	}
	if b, err := json.Marshal(in); err == nil {
		t.Errorf("a secret is encoded: %s", b)
	}
	if s.Reveal() != canary || !s.Equal(NewSecret(canary)) || s.Equal(Secret{}) || !(Secret{}).Empty() {
		t.Error("a secret is not what it is made of")
	}
}

// TestNothingEchoes: no violation and no error says what was typed (C10).
func TestNothingEchoes(t *testing.T) {
	h, p := cheap(t), Guide
	v, err := p.Judge(t.Context(), h, &Change{Owner: Owner{Login: "canary"}, New: NewSecret("canary-7" + "\x01")})
	if len(v) < 4 || err != nil || strings.Contains(strings.ToLower(v.Error()), "canary") {
		t.Errorf("%v %v", v, err)
	}
	_, err = h.Is(t.Context(), canary, NewSecret(canary))
	if err == nil || strings.Contains(err.Error(), canary) {
		t.Errorf("a damaged hash: %v", err)
	}
	if got := fmt.Sprintf("%v %q %#v %s", Hash(canary), Hash(canary), Hash(canary), []Hash{canary}); strings.Contains(got, canary) {
		t.Errorf("a hash is shown: %s", got)
	}
}
