package console

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"switchroom/access"
	"switchroom/accounts"
	"switchroom/audit"
	"switchroom/commission"
	"switchroom/imu"
	"switchroom/imu/imutest"
	"switchroom/paths/usb"
	"switchroom/points"
	"switchroom/protection"
	"switchroom/trust"
	"switchroom/trust/issue"
	"switchroom/upgrade"
)

// plugged is a virtual breaker with a cable, which trusts a set of certificates.
func plugged(t testing.TB, set *issue.Set) (*imutest.Stand, string) {
	t.Helper()
	r := points.Rating{In: 1000, Variant: points.X60, Poles: 3, ENCT: true, ENVT: true, Voltage: 400, Frequency: 50}
	s := protection.Defaults(r)
	w := imu.NewSteppedWorld(time.Now())
	identity := imu.VirtualIdentity(imu.IFE)
	identity.Serial = "CU-1"
	u := must(imu.New(imu.Config{
		Name: "Q1", Rating: r, Profile: access.Faithful, Interface: imu.IFE, Mechanism: imu.Equipped(imu.MTZ2), Settings: &s, Closed: true,
		Identity: identity, Anchors: must(trust.ReadAnchors(os.DirFS(set.Dir))),
	}, w))
	st := &imutest.Stand{Unit: u, World: w}
	st.Pass(time.Second)
	dir := must(os.MkdirTemp("", "usb")) // t.TempDir may be too long for a socket
	server := usb.NewServer([]*imu.Unit{u}, w, nil)
	if err := server.Listen(dir + "/usb.sock"); err != nil {
		t.Fatal(err)
	}
	server.Start()
	t.Cleanup(func() { server.Close(); os.RemoveAll(dir) })
	return st, "usb://" + dir + "/usb.sock?unit=Q1"
}

// upload sends a form with files, as a browser does.
func (c *caller) upload(path string, fields map[string]string, files map[string][]byte) reply {
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for name, value := range fields {
		m.WriteField(name, value)
	}
	for name, content := range files {
		must(must(m.CreateFormFile(name, "file")).Write(content))
	}
	m.Close()
	q := must(http.NewRequest("POST", c.p.url+path, &b))
	q.Header.Set("Content-Type", m.FormDataContentType())
	q.Header.Set("Origin", c.p.url)
	return c.send(q)
}

// ended waits until an upgrade has, while time passes at the breaker.
func (c *caller) ended(where string, s *imutest.Stand) (t runTold) {
	c.p.t.Helper()
	for t.Ended.IsZero() {
		s.Pass(time.Second)
		id := where[strings.LastIndex(where, "/")+1:]
		read(c.p.t, c.call("GET", "/api/v1/projects/P-1/upgrades/"+id, nil), &t)
	}
	return t
}

// TestFirmware: an engineer reads the firmware of a breaker, sends a package, sees who
// signed it, puts it in, and sees what became of it; of an old package why not.
func TestFirmware(t *testing.T) {
	p := newPlace(t)
	emil, vera := p.person("emil", accounts.Engineer), p.person("vera", accounts.Viewer)
	set := p.trusts()
	stand, cable := plugged(t, set)
	p.project(emil, "P-1")
	page := "/projects/P-1/breakers/Q1/firmware"
	if a := vera.get(page); !strings.Contains(a.body, "never read") || strings.Contains(a.body, "Put firmware") {
		t.Error(a.status, a.body)
	}
	if a := emil.post(page, url.Values{"breaker_password": {"3333"}}); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Give the cable") {
		t.Error("without a cable:", a.status)
	}
	if a := emil.post(page, url.Values{"breaker_password": {"9999"}, "address": {cable}}); a.status != http.StatusUnprocessableEntity {
		t.Error("a wrong password:", a.status)
	}
	stand.Pass(time.Minute) // after a wrong one it has people wait
	if a := emil.post(page, url.Values{"breaker_password": {"3333"}, "address": {cable}}); a.status != http.StatusSeeOther {
		t.Fatal(a.status, wrongOf(a))
	}
	if a := vera.get(page); !strings.Contains(a.body, "as it left the factory") {
		t.Error(a.body)
	}

	if a := emil.upload("/projects/P-1/firmware/package", nil, map[string][]byte{"file": []byte("no package")}); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "not a package") {
		t.Error(a.status, a.body)
	}
	if a := emil.upload("/projects/P-1/firmware/package", nil, map[string][]byte{"file": make([]byte, packageMost+1)}); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "larger than 66 MiB") {
		t.Error("too large:", a.status, wrongOf(a))
	}
	pkg := firmwareOf(t, set, "002.000.004", 4)
	a := emil.upload("/projects/P-1/firmware/package", nil, map[string][]byte{"file": pkg})
	if a.status != http.StatusSeeOther {
		t.Fatal(a.status, wrongOf(a))
	}
	at := a.header.Get("Location")
	if a := emil.get(at); !strings.Contains(a.body, "micrologic-signing-1") || !strings.Contains(a.body, "firmware 002.000.004 for control_unit") {
		t.Error(a.status, a.body)
	}
	fields := map[string]string{"breaker-Q1": "yes", "breaker_password": "0000", "address": cable}
	if a := emil.upload(at, fields, nil); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "E6") {
		t.Error("it was not rehearsed, and nobody asks why:", a.status)
	}
	fields["not_rehearsed"] = "a bench unit"
	if a = emil.upload(at, fields, nil); a.status != http.StatusSeeOther {
		t.Fatal(a.status, wrongOf(a))
	}
	if r := emil.ended(a.header.Get("Location"), stand); len(r.Breakers) != 1 || r.Breakers[0].State != upgrade.Done || r.Breakers[0].Outcome.To != "002.000.004" {
		t.Fatalf("%+v", r)
	}
	if a := vera.get(a.header.Get("Location")); !strings.Contains(a.body, "Done: every breaker") || a.header.Get("Refresh") == "2" {
		t.Error(a.body)
	}
	if a := vera.get("/projects/P-1/firmware"); !strings.Contains(a.body, "control_unit 002.000.004") || !strings.Contains(a.body, "Q1 done") {
		t.Error(a.body)
	}

	told := packageTold{}
	old := firmwareOf(t, set, "002.000.003", 3)
	q := must(http.NewRequest("POST", p.url+"/api/v1/firmware/packages", bytes.NewReader(old)))
	q.Header.Set("Content-Type", "application/octet-stream")
	read(t, emil.send(q), &told)
	var r runTold
	read(t, emil.call("POST", "/api/v1/projects/P-1/upgrades", sent{"package": told.SHA256, "breakers": []string{"Q1"}, "not_rehearsed": "to see", "reach": sent{"password": "0000", "address": cable}}), &r)
	if r = emil.ended("/"+r.ID, stand); r.Breakers[0].State != upgrade.Failed || !strings.Contains(r.Breakers[0].Error, "outdated") {
		t.Errorf("%+v", r)
	}
	for _, what := range []string{"firmware.read", "firmware.fetched", "firmware.applying", "firmware.applied"} {
		if !p.recorded("emil", what, audit.Done) {
			t.Error("not recorded:", what)
		}
	}
	if !p.recorded("emil", "firmware.fetched", audit.Refused) {
		t.Error("what was refused is not recorded")
	}
}

// TestUpgradeStops: at the first breaker that does not go as it should the others are not
// tried; evidence that covers another breaker is refused by the breaker's row.
func TestUpgradeStops(t *testing.T) {
	p := newPlace(t)
	emil := p.person("emil", accounts.Engineer)
	set := p.trusts()
	stand, cable := plugged(t, set)
	x := commission.Project{Format: commission.Format, Number: "P-1", Name: "Hall", Boards: []commission.Board{{Name: "Main"}}}
	for _, id := range []string{"Q1", "Q2"} {
		x.Breakers = append(x.Breakers, commission.Breaker{ID: id, Board: "Main"})
	}
	if a := emil.call("PUT", "/api/v1/projects/P-1", x); a.status != http.StatusOK {
		t.Fatal(a)
	}
	pkg := firmwareOf(t, set, "002.000.004", 4)
	at := emil.upload("/projects/P-1/firmware/package?breaker=Q2", nil, map[string][]byte{"file": pkg}).header.Get("Location")
	if a := emil.get(at); !regexp.MustCompile(`name="breaker-Q2"[^>]*checked`).MatchString(a.body) {
		t.Error("the breaker that was chosen is not any more")
	}
	at, _, _ = strings.Cut(at, "?")
	fields := map[string]string{"breaker-Q1": "yes", "breaker-Q2": "yes", "breaker_password": "0000", "address": strings.Replace(cable, "unit=Q1", "unit={}", 1)}
	evidence := must(json.Marshal(upgrade.Rehearsal{Format: 1, Package: upgrade.PackageDigest(pkg), At: p.now(), Twins: []upgrade.Twin{{Breaker: "Q9", Passed: true}}}))
	a := emil.upload(at, fields, map[string][]byte{"rehearsal": evidence})
	if a.status != http.StatusSeeOther {
		t.Fatal(a.status, wrongOf(a))
	}
	r := emil.ended(a.header.Get("Location"), stand)
	if r.Breakers[0].State != upgrade.Failed || !strings.Contains(r.Breakers[0].Error, "not rehearsed for Q1") || r.Breakers[1].State != upgrade.NotTried {
		t.Errorf("%+v", r)
	}
	if a := emil.get(a.header.Get("Location")); !strings.Contains(a.body, "It stopped there") {
		t.Error(a.body)
	}
	fields["not_rehearsed"], fields["address"] = "both", "usb:///x?unit=Q1"
	if a := emil.upload(at, fields, nil); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "{}") {
		t.Error("one address for two breakers:", a.status)
	}
	p.pass(6 * time.Minute)
	if a := emil.get(at); a.status != http.StatusSeeOther || !strings.HasPrefix(a.header.Get("Location"), "/prove") {
		t.Error("no fresh proof is asked for:", a.status)
	}
}

// TestUpgradeByVault: the vault gives cable and password, and the package was rehearsed.
func TestUpgradeByVault(t *testing.T) {
	p := newPlace(t)
	emil := p.person("emil", accounts.Engineer)
	set := p.trusts()
	stand, cable := plugged(t, set)
	p.project(emil, "P-1")
	for _, f := range []struct {
		path string
		sent url.Values
	}{{"/vault/create", url.Values{"passphrase": {"a long phrase of the vault"}}}, {"/vault/add", url.Values{"breaker": {"Q1"}, "address": {cable}, "factory": {"yes"}, "why": {"test"}}}} {
		if a := emil.post(f.path, f.sent); a.status != http.StatusOK || strings.Contains(a.body, "sev-high") {
			t.Fatal(f.path, a.status, wrongOf(a))
		}
	}
	if a := emil.post("/projects/P-1/breakers/Q1/firmware", url.Values{"from_vault": {"yes"}}); a.status != http.StatusSeeOther {
		t.Fatal(a.status, wrongOf(a))
	}
	pkg := firmwareOf(t, set, "002.000.004", 4)
	at := emil.upload("/projects/P-1/firmware/package", nil, map[string][]byte{"file": pkg}).header.Get("Location")
	evidence := must(json.Marshal(upgrade.Rehearsal{Format: 1, Package: upgrade.PackageDigest(pkg), At: p.now(), Twins: []upgrade.Twin{{Breaker: "Q1", Passed: true, Outcome: upgrade.Outcome{From: "002.000.003"}}}}))
	a := emil.upload(at, map[string]string{"breaker-Q1": "yes", "from_vault": "yes"}, map[string][]byte{"rehearsal": evidence})
	if a.status != http.StatusSeeOther {
		t.Fatal(a.status, wrongOf(a))
	}
	if r := emil.ended(a.header.Get("Location"), stand); r.Breakers[0].State != upgrade.Done {
		t.Errorf("%+v", r)
	}
}

// TestPackagesKept: the oldest package goes, and what is kept is what was judged.
func TestPackagesKept(t *testing.T) {
	x := Trust{Dir: t.TempDir()}
	var digests []string
	for i := range packagesMost + 2 {
		b := []byte{byte(i)}
		d := upgrade.PackageDigest(b)
		digests = append(digests, d)
		if err := x.keep(d, b); err != nil {
			t.Fatal(err)
		}
		at := time.Unix(int64(1000+i), 0)
		if err := os.Chtimes(x.packages()+"/"+d, at, at); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := x.packaged(digests[0]); err == nil {
		t.Error("the oldest is still there")
	}
	last := digests[len(digests)-1]
	if b, err := x.packaged(last); err != nil || len(b) != 1 {
		t.Error(err)
	}
	os.WriteFile(x.packages()+"/"+last, []byte("other"), 0o600)
	if _, err := x.packaged(last); err == nil {
		t.Error("it is not what was kept, and nobody says so")
	}
	if _, err := x.packaged("../../etc/passwd"); err == nil {
		t.Error("no digest")
	}
}

// wrongOf is what a page says is wrong.
func wrongOf(a reply) string {
	_, rest, _ := strings.Cut(a.body, "sev-high")
	return rest[:min(1500, len(rest))]
}
