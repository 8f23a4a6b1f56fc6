package imu_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"switchroom/imu"
	"switchroom/points"
	"switchroom/trust"
	"switchroom/trust/issue"
)

// serialOf is the serial number of a certificate of a set.
func serialOf(t testing.TB, s *issue.Set, name string) string {
	t.Helper()
	for _, c := range s.Index.Certificates {
		if c.Name == name {
			return c.Serial
		}
	}
	t.Fatal("no", name)
	return ""
}

// TestRevocationIsNotForgotten: KEY.EXPOSURE. What a unit knows of one branch stays when a
// package of another branch comes, which brings no authority of the first.
func TestRevocationIsNotForgotten(t *testing.T) {
	p := forge(t)
	before := anchors(t, p)
	stolen := built(t, p, order("control_unit", "002.000.009", 9))
	s := newStand(t, trusting(before))
	if _, err := p.Revoke(serialOf(t, p, "micrologic-signing-1"), issue.Revocation{Reason: "keyCompromise", At: epoch.AddDate(0, 0, -1)}, signers, epoch); err != nil {
		t.Fatal(err)
	}
	if r := s.send(stolen, anchors(t, p)[trust.Micrologic].Lists...); !strings.HasPrefix(r.Detail, trust.RevokedSigner) {
		t.Fatalf("%v %s", r.Refusal, r.Detail)
	}
	s.must1(s.send(built(t, p, order("ife", "002.000.009", 9))))
	s.step(time.Minute)
	if r := s.send(stolen); !strings.HasPrefix(r.Detail, trust.RevokedSigner) {
		t.Errorf("forgotten after a package of another branch: %v %s", r.Refusal, r.Detail)
	}
}

// TestLocation: IMG.LOCATION. A package goes to the member that it is for, and to no
// other one, whatever the request names.
func TestLocation(t *testing.T) {
	p := forge(t)
	for _, c := range []struct{ component, asked string }{
		{"control_unit", "ife"}, {"ife", "control_unit"}, {"control_unit", "io2"}, {"control_unit", "../slot"}, {"eife", "ife"}, {"io", ""},
	} {
		s := newStand(t, trusting(anchors(t, p)))
		pkg := built(t, p, order(c.component, "002.000.009", 9))
		up := imu.Upload{Size: int64(len(pkg)), SHA256: sha256.Sum256(pkg), Data: pkg}
		s.must1(s.u.Do(s.now, imu.Request{Actor: software, Op: points.UpdateStage, Upload: &up}))
		up.Data, up.Member = nil, c.asked
		r := s.u.Do(s.now, imu.Request{Actor: software, Op: points.UpdateInstall, Upload: &up})
		before := s.runs("control_unit") + s.runs("ife")
		s.step(time.Minute)
		if r.OK() || s.runs("control_unit")+s.runs("ife") != before {
			t.Errorf("%s into %q: %v %s; it runs %s", c.component, c.asked, r.Refusal, r.Detail, s.runs("control_unit"))
		}
	}
}

// TestTimeOfCheckTimeOfUse: MFST.TOCTOU, IMG.REPLACE. Between the pieces, the verdict and
// the flash nothing can be changed: not by the buffer that was sent, not by another
// package, not by another digest.
func TestTimeOfCheckTimeOfUse(t *testing.T) {
	p := forge(t)
	pkg := built(t, p, order("control_unit", "002.000.009", 9))
	evil := []byte(strings.Replace(string(pkg), "application 002", "application 666", 1))
	s := newStand(t, trusting(anchors(t, p)))
	sent := bytes.Clone(pkg)
	up := imu.Upload{Size: int64(len(pkg)), SHA256: sha256.Sum256(pkg), Data: sent}
	s.must1(s.u.Do(s.now, imu.Request{Actor: software, Op: points.UpdateStage, Upload: &up}))
	copy(sent, evil) // the sender's own memory
	other := imu.Upload{Size: int64(len(evil)), SHA256: sha256.Sum256(evil), Data: evil}
	up.Data = nil
	if r := s.u.Do(s.now, imu.Request{Actor: software, Op: points.UpdateInstall, Upload: &other}); r.Refusal != imu.NotStaged {
		t.Errorf("another digest than what was sent: %v", r.Refusal)
	}
	s.must1(s.u.Do(s.now, imu.Request{Actor: software, Op: points.UpdateInstall, Upload: &up}))
	if r := s.u.Do(s.now, imu.Request{Actor: software, Op: points.UpdateInstall, Upload: &up}); r.OK() {
		t.Error("twice")
	}
	s.step(time.Minute)
	image := sha256.Sum256([]byte("application 002.000.009"))
	for _, m := range s.firmware().Members {
		if m.Name == "control_unit" && (m.Running.Version != "002.000.009" || !strings.EqualFold(m.Running.Held, hex.EncodeToString(image[:]))) {
			t.Errorf("it holds %s, %s was signed", m.Running.Held, hex.EncodeToString(image[:]))
		}
	}

	// Another package takes the place of the first before it is installed.
	s = newStand(t, trusting(anchors(t, p)))
	up.Data = pkg
	s.must1(s.u.Do(s.now, imu.Request{Actor: software, Op: points.UpdateStage, Upload: &up}))
	s.must1(s.u.Do(s.now, imu.Request{Actor: software, Op: points.UpdateStage, Upload: &other}))
	up.Data = nil
	if r := s.u.Do(s.now, imu.Request{Actor: software, Op: points.UpdateInstall, Upload: &up}); r.Refusal != imu.NotStaged {
		t.Errorf("judged one, installed another: %v", r.Refusal)
	}
}

// TestReporting: SEC.REPORTING. Each end of an update is an event that says who, what and
// why, by the reason's name.
func TestReporting(t *testing.T) {
	p := forge(t)
	s := newStand(t, trusting(anchors(t, p)))
	o := order("control_unit", "002.000.009", 9)
	o.Signer = "communication-signing-1"
	s.send(built(t, p, o))
	pkg := built(t, p, order("control_unit", "002.000.009", 9))
	s.must1(s.send(pkg))
	s.step(time.Second)
	if err := s.u.SpoilFlash(s.now, "control_unit", imu.FlashHalts); err != nil {
		t.Fatal(err)
	}
	s.step(time.Minute)
	s.must1(s.send(pkg))
	s.step(time.Minute)
	for _, c := range []struct {
		code  points.Code
		words string
	}{
		{points.CodeUpdateRefused, trust.OtherBranch + " by "},
		{points.CodeUpdateStarted, "control_unit 002.000.003 to 002.000.009 by "},
		{points.CodeUpdateFailed, "control_unit stays at 002.000.003: it did not start"},
		{points.CodeUpdated, "control_unit 002.000.003 to 002.000.009"},
	} {
		found := false
		for _, r := range s.recs {
			found = found || r.Code == c.code && strings.Contains(r.Detail, c.words)
		}
		if !found {
			t.Errorf("no event %v with %q in %v", c.code, c.words, s.recs)
		}
	}
}
