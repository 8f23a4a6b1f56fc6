// Package switchroom_test holds the rules of the house: who may import whom,
// where the one decision is taken, and what every package must have.
// The rules are policy. When a build breaks one, change the build.
package switchroom_test

import (
	"bufio"
	"bytes"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "switchroom"

// lattice says, package by package, which packages of this module it may
// import. A package that is not listed fails, and so does a row whose package
// is gone: a rule must not outlive what it is about. "*" is everything.
const lattice = `
# leaves: they know nothing of the rest
points:
credential:
wire/ble:
wire/ble/attest: wire/ble
wire/ble/gatt: wire/ble
wire/ble/host: wire/ble wire/ble/gatt wire/ble/loop wire/ble/pairing
wire/ble/loop:
wire/ble/pairing: wire/ble
wire/comtrade:
wire/modbus:
wire/ndef:
wire/front:
wire/mbaps:
wire/mbaps/mbapstest: wire/mbaps
wire/sockets:
wire/usblink:
lab/remote:
report:
store:
ui:
ui/browser:

# every component on a page of its own
ui/storybook: ui

# pure: settings, samples and time in; verdicts out
protection: points
metering: points
access: points
regmap: points wire/modbus
breaker: points protection
# an IO module on the bus of a unit, which drives it
paths/iomodule: points

# packages and revocation lists: bytes, anchors and time in; verdicts out
trust:
trust/issue: trust wire/ble/attest
# revocation lists: what is due, and where they are fetched
trust/duty: trust
trust/fetch: trust trust/duty

# the locked area: people, time and a door in; who is inside out
room:

# questions to settings: curves, selectivity, injection
study: points protection report wire/comtrade

# one running unit; only imu reaches the mechanism
imu: points protection metering access breaker trust wire/comtrade paths/iomodule
imu/imutest: points protection access imu

# records of what crossed the wire
trace: points regmap wire/modbus

# a breaker at the other end of a wire, and its registers as they were read
client: points regmap wire/ble wire/ble/attest wire/ble/gatt wire/ble/host wire/ble/loop wire/ble/pairing wire/front wire/mbaps wire/modbus wire/ndef wire/usblink
survey: points regmap wire/modbus

# what other programs need to poll breakers: text out, nothing else
polling: points regmap wire/modbus

# who may do what on the operations side
accounts: credential
accounts/kept: accounts credential store
accounts/papers: store
accounts/provider: accounts credential

# acceptance runs; the lab by HTTP only
fat: points regmap report lab/remote

# a supervision system with mistakes to find
fat/rehearsal: points regmap wire/modbus

# events to whoever is not in front of a breaker
notify: points
notify/mail: notify
notify/notifytest:
notify/snmp: notify points
notify/syslog: notify points

# a database of each kind for the tests of who has tables
store/storetest: store

# operations: who did what, kept so that changes show
audit: store notify/syslog
# the passwords of the breakers, sealed; how a breaker is told a new one
vault: accounts audit credential store
vault/door: client credential points vault

# security advisories, matched to what somebody owns
advisory: trust

# firmware and digital modules: judged, sent, looked at
upgrade: client trust

# commissioning: what breakers are to be, what they are, and from one to the other
commission: points protection regmap study client credential accounts audit store upgrade

# the lab
# radios of a room
air: wire/ble wire/ble/loop
plant: points imu
# a unit as registers, whatever Modbus wire
paths/bus: points access imu regmap wire/modbus
paths/ethernet: access imu regmap paths/bus paths/ethernet/filtering paths/ethernet/roles wire/modbus wire/sockets
paths/ethernet/filtering: points
paths/ethernet/roles: points paths/ethernet/filtering
paths/hmi: points access imu
paths/serial: wire/modbus
paths/nfc: points access imu wire/front wire/ndef
# questions of software and of phones, whatever carries them
paths/service: points access imu wire/usblink
# attributes on an adapter of this computer
paths/ble/bluez: wire/ble wire/ble/gatt wire/ble/loop
paths/ble/bluez/blueztest:
paths/ble: points access air imu trust paths/ble/bluez paths/service wire/ble wire/ble/attest wire/ble/gatt wire/ble/host wire/ble/loop wire/ble/pairing
paths/usb: access imu paths/service wire/front
paths/web: points metering access credential imu regmap ui notify notify/mail notify/snmp paths/ethernet/filtering paths/web/cert paths/web/datalog paths/web/sntp wire/sockets
paths/web/cert:
paths/web/datalog: points access imu
paths/web/sntp:
inject: points regmap wire/modbus lab/remote
site: points protection access imu trust paths/ethernet/filtering paths/ethernet/roles paths/iomodule paths/serial plant regmap room inject lab/remote notify notify/mail notify/snmp notify/syslog
site/schedule: points imu
# every way in to every breaker, and what closes it
ways: points access imu room site
alerts: points access imu site notify notify/mail notify/snmp notify/syslog
lab: air points access imu wire/ble displays paths/hmi paths/iomodule paths/nfc wire/ndef plant room site study protection regmap inject trace wire/comtrade wire/modbus lab/remote ui

# clients of breakers that stand in a switchroom: no path of their own
displays: points regmap client
# a phone with its app
app: client points ui wire/ble wire/ndef wire/sockets

# the vendor's side: cybersecurity portal and marketplace
portal: credential store trust trust/issue ui wire/sockets

# the report of what was commissioned; what is sensitive in it
sensitive:
commission/dossier: client commission credential points report sensitive study

# the web application of operations
console: accounts accounts/papers accounts/provider audit commission commission/dossier credential points store ui vault wire/sockets

# what every command of both programs is made of; those of operations
cmd/internal/cli:
cmd/internal/guard: advisory trust trust/duty trust/fetch upgrade credential store audit accounts accounts/kept accounts/papers accounts/provider client commission commission/dossier console points regmap wire/sockets vault vault/door cmd/internal/cli
cmd/switchroom-guard: cmd/internal/cli cmd/internal/guard
cmd/switchroom: *

# makes a release
dev/pack:
`

// banned lists what the pure packages must not import: no input, no output, no
// clock of their own. Whoever needs one hands it in.
var banned = map[string][]string{
	"points":         {"net", "net/http", "os", "log", "log/slog", "testing"},
	"protection":     {"net", "net/http", "os", "log", "log/slog", "testing"},
	"metering":       {"net", "net/http", "os", "log", "log/slog", "testing"},
	"breaker":        {"net", "net/http", "os", "log", "log/slog", "testing"},
	"room":           {"net", "net/http", "os", "log", "log/slog", "testing"},
	"access":         {"net", "net/http", "os", "log", "log/slog", "testing"},
	"paths/iomodule": {"net", "net/http", "os", "log", "log/slog", "testing"},
	"polling":        {"net/http", "os", "log", "log/slog", "testing"},
	"trust/duty":     {"net", "net/http", "os", "log", "log/slog", "testing"},
	"trust":          {"net", "net/http", "os", "log", "log/slog", "testing"},
	"study":          {"net", "net/http", "os", "log", "log/slog", "testing"},
	"credential":     {"net", "net/http", "os", "log", "testing"},
	"accounts":       {"net", "net/http", "os", "log", "log/slog", "testing"},
}

// decides lists the only packages whose production code may take the decision,
// and how many calls each has.
var decides = map[string]int{"imu": 1}

// source is one parsed Go file of this module.
type source struct {
	pkg  string // directory, slash-separated, "." for the root
	name string
	test bool
	text []byte
	file *ast.File
}

func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	fset := token.NewFileSet()
	err := filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if p != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || isModule(p)) {
				return filepath.SkipDir
			}
			return nil
		}
		if filepath.Ext(p) != ".go" {
			return nil
		}
		text, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(fset, p, text, parser.ParseComments)
		if err != nil {
			return err
		}
		all = append(all, source{
			pkg: path.Dir(filepath.ToSlash(p)), name: p, test: strings.HasSuffix(p, "_test.go"), text: text, file: f,
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// isModule reports whether dir is a module of its own (bench, tools).
func isModule(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	return err == nil
}

func rules(t *testing.T) map[string][]string {
	t.Helper()
	m := map[string][]string{}
	sc := bufio.NewScanner(strings.NewReader(lattice))
	for sc.Scan() {
		line := strings.TrimSpace(sc.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		pkg, may, ok := strings.Cut(line, ":")
		if !ok {
			t.Fatalf("lattice: no colon in %q", line)
		}
		if _, dup := m[pkg]; dup {
			t.Errorf("lattice: %s is listed twice", pkg)
		}
		m[pkg] = strings.Fields(may)
	}
	return m
}

func TestLattice(t *testing.T) {
	rule := rules(t)
	seen := map[string]bool{}
	for _, s := range sources(t) {
		if s.pkg == "." {
			continue
		}
		seen[s.pkg] = true
		may, listed := rule[s.pkg]
		if !listed {
			t.Errorf("%s: package %s is not in the lattice", s.name, s.pkg)
			continue
		}
		for _, imp := range s.file.Imports {
			p, _ := strconv.Unquote(imp.Path.Value)
			if !s.test && slices.Contains(banned[s.pkg], p) {
				t.Errorf("%s: %s is pure and must not import %s", s.name, s.pkg, p)
			}
			rest, ours := strings.CutPrefix(p, module+"/")
			if !ours || s.test || slices.Contains(may, "*") || slices.Contains(may, rest) {
				continue
			}
			t.Errorf("%s: %s must not import %s", s.name, s.pkg, rest)
		}
	}
	for pkg, may := range rule {
		if !seen[pkg] {
			t.Errorf("lattice: %s is listed and does not exist", pkg)
		}
		for _, m := range may {
			if _, ok := rule[m]; m != "*" && !ok {
				t.Errorf("lattice: %s may import %s, which is not listed", pkg, m)
			}
		}
	}
}

// labBlock is what the program of operations must not reach, however far away: the
// physical world, and issuing and signing.
var labBlock = []string{"imu", "breaker", "plant", "room", "site", "inject", "lab", "ways", "alerts", "paths", "displays", "app", "trust/issue", "portal", "fat"}

// TestGuardLinksNoLab follows what cmd/switchroom-guard imports to the end.
func TestGuardLinksNoLab(t *testing.T) {
	imports := map[string][]string{}
	for _, s := range sources(t) {
		for _, imp := range s.file.Imports {
			p, _ := strconv.Unquote(imp.Path.Value)
			if rest, ours := strings.CutPrefix(p, module+"/"); ours && !s.test {
				imports[s.pkg] = append(imports[s.pkg], rest)
			}
		}
	}
	const program = "cmd/switchroom-guard"
	why := map[string]string{program: program}
	for todo := []string{program}; len(todo) > 0; todo = todo[1:] {
		for _, p := range imports[todo[0]] {
			if why[p] == "" {
				why[p] = why[todo[0]] + " → " + p
				todo = append(todo, p)
			}
		}
	}
	if why["cmd/internal/guard"] == "" {
		t.Fatal("nothing was followed")
	}
	for p, how := range why {
		for _, lab := range labBlock {
			if p == lab || strings.HasPrefix(p, lab+"/") && p != "lab/remote" {
				t.Error(how)
			}
		}
	}
}

// TestOneDecision holds the reference monitor's promise: production code asks
// it in the listed places only, so no path can forget to ask or ask otherwise.
func TestOneDecision(t *testing.T) {
	calls := map[string]int{}
	for _, s := range sources(t) {
		if s.test || s.pkg == "access" {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && id.Name == "Decide" {
				calls[s.pkg]++
				if decides[s.pkg] == 0 {
					t.Errorf("%s: the identifier Decide belongs to access, imu and gateway", s.name)
				}
			}
			return true
		})
	}
	for pkg, want := range decides {
		if calls[pkg] != want {
			t.Errorf("%s: Decide stands %d times, want %d", pkg, calls[pkg], want)
		}
	}
}

func TestPackageComments(t *testing.T) {
	comments := map[string][]string{}
	pkgs := map[string]bool{}
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		pkgs[s.pkg] = true
		// A generator's line above the package clause is no package comment.
		if s.file.Doc != nil && !ast.IsGenerated(s.file) {
			comments[s.pkg] = append(comments[s.pkg], s.name)
		}
	}
	for pkg := range pkgs {
		if n := len(comments[pkg]); n != 1 {
			t.Errorf("%s: %d files have a package comment %v, want exactly one", pkg, n, comments[pkg])
		}
	}
}

func TestFormat(t *testing.T) {
	for _, s := range sources(t) {
		want, err := format.Source(s.text)
		if err != nil {
			t.Errorf("%s: %v", s.name, err)
		} else if !bytes.Equal(want, s.text) {
			t.Errorf("%s: not formatted; run gofmt -w %s", s.name, s.name)
		}
	}
}
