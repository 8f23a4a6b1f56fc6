// Package access is the reference monitor of an intelligent modular unit: it
// decides whether an actor, on the path by which it comes, may do what it asks,
// given the state of the locks. Every operation of every actor on every path
// is put to one [Monitor], by imu and by gateway and by nobody else.
//
// The policy is a table ([Policy]): a row for each path and class of
// operation, naming the password levels, the presence and the gates that it
// demands, with its source and certainty. What has no row is denied. The zero
// value of everything here denies: no path, no profile, an unknown lock, a
// proof that has run out, a nil Monitor.
//
// What the package refuses to be asked about: trips, mechanical push buttons
// and hard-wired coils. They ask nobody (R9), and no lock may delay them.
//
// The package is pure. Time is an argument: a duration since an epoch that the
// caller chooses and keeps to.
package access

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"switchroom/points"
)

// Path is the way by which an actor reaches the unit.
type Path uint8

const (
	NoPath Path = iota // denied
	HMI                // display and buttons on the front (A2)
	NFC                // phone held to the front (A3)
	BLE                // phone by Bluetooth Low Energy (A4)
	OTG                // phone on the USB port (A5)
	USB                // commissioning software on the USB port (A5, A9)
	Modbus             // Modbus TCP through IFE or EIFE (A6): software, SCADA, displays
	Web                // web pages of IFE or EIFE (A11)
	Serial             // Modbus-SL through IFM (A7)
	IO                 // inputs of the IO module (A8)
	numPaths
)

var pathNames = [...]string{"", "hmi", "nfc", "ble", "otg", "usb", "modbus", "web", "serial", "io"}

func (p Path) String() string {
	if p > NoPath && p < numPaths {
		return pathNames[p]
	}
	return fmt.Sprintf("path(%d)", uint8(p))
}

// Paths returns all paths.
func Paths() []Path {
	all := make([]Path, 0, numPaths-1)
	for p := HMI; p < numPaths; p++ {
		all = append(all, p)
	}
	return all
}

// ParsePath is the inverse of Path.String.
func ParsePath(s string) (Path, error) {
	if i := slices.Index(pathNames[:], strings.ToLower(s)); i > 0 {
		return Path(i), nil
	}
	return NoPath, fmt.Errorf("path %q is none of %s", s, strings.Join(pathNames[1:], ", "))
}

// remote reports whether the path is one that remote control is about (B6).
func (p Path) remote() bool { return p == Modbus || p == Web || p == Serial }

// attested reports whether the path is one where profile hardened asks for a genuine
// app (D9). Ours: no document has such a proof. A phone on the USB port has a cable in
// the unit, and stands in front of it.
func (p Path) attested() bool { return p == BLE }

// Levels is a set of the four password levels (B2). The zero set is none.
type Levels uint8

const (
	Level1    Levels = 1 << iota // Services (names are a later document's)
	Level2                       // Engineer
	Level3                       // Operator
	Level4                       // Administrator
	AnyLevel  = Level1 | Level2 | Level3 | Level4
	operators = Level4 | Level3          // DOCA0105: "Administrator or Operator"
	engineers = Level4 | Level1 | Level2 // R2: any level but the operator's
	counters  = Level4 | Level1 | Level3 // UG rights matrix, reset of counters
)

// Level returns the set of the one level n, 1 to 4, and the empty set for
// another n.
func Level(n int) Levels {
	if n < 1 || n > 4 {
		return 0
	}
	return 1 << (n - 1)
}

// Has reports whether level n is in the set.
func (l Levels) Has(n int) bool { return l&Level(n) != 0 }

func (l Levels) String() string {
	var names []string
	for n := 1; n <= 4; n++ {
		if l.Has(n) {
			names = append(names, fmt.Sprint(n))
		}
	}
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ",")
}

// Profile is a set of behaviours of the whole unit (docs/readings.md).
type Profile uint8

const (
	NoProfile   Profile = iota // denied
	Faithful                   // "2017": the guide, with the readings R1 to R10
	RBAC                       // "rbac": the same, and the web pages of later firmware, with roles
	Hardened                   // "hardened": the same with more refusals, ours
	numProfiles                //
)

var profileNames = [...]string{"", "2017", "rbac", "hardened"}

func (p Profile) String() string {
	if p > NoProfile && p < numProfiles {
		return profileNames[p]
	}
	return fmt.Sprintf("profile(%d)", uint8(p))
}

// ParseProfile is the inverse of Profile.String.
func ParseProfile(s string) (Profile, error) {
	if i := slices.Index(profileNames[:], s); i > 0 {
		return Profile(i), nil
	}
	return NoProfile, fmt.Errorf("profile %q is none of %s", s, strings.Join(profileNames[1:], ", "))
}

// Actor is who asks, as the path has proved it. A path fills in what it has
// verified and nothing else; what it leaves out is denied where it is needed.
type Actor struct {
	Path    Path
	Offered bool          // a password comes with this request, to be looked at now
	Levels  Levels        // the levels that it proves, or that the session holds; none if it was wrong
	Login   bool          // logged in with a personal user id (web pages)
	Roles   Roles         // what the login may be, where the profile has roles
	Present bool          // stands at the unit, or has a cable in it
	Genuine bool          // an app that has proved that it is a genuine one (D9)
	Until   time.Duration // end of the session that holds the proof; 0: none
	Source  string        // network address, serial line, phone: who to slow down and to log
	Person  string        // who, where that is known
}

// Tri is a lock that may be unknown. Unknown denies.
type Tri uint8

const (
	Unknown Tri = iota
	Off
	On
)

// TriOf returns On for true.
func TriOf(b bool) Tri {
	if b {
		return On
	}
	return Off
}

func (t Tri) String() string { return [...]string{"unknown", "off", "on", "invalid"}[t&3] }

// Mode is the control mode (UG). In 2017 it gates only where the site sets it
// (R5).
type Mode uint8

const (
	ModeUnknown Mode = iota // denied
	ModeUnset               // does not gate
	ModeManual
	ModeLocal
	ModeRemote
)

func (m Mode) String() string {
	if m > ModeRemote {
		return fmt.Sprintf("mode(%d)", uint8(m))
	}
	return [...]string{"unknown", "unset", "manual", "local", "remote"}[m]
}

// MaxLockAge is how old the view of the locks may be. The unit itself knows
// its locks now; a gateway has read them a while ago. Ours.
const MaxLockAge = 10 * time.Second

// Locks is the state of what may be locked, as known at AsOf.
type Locks struct {
	AsOf             time.Duration
	RemoteControl    Tri    // B6: On is enabled
	HMIProtection    Tri    // B7: On is locked
	RemoteProtection Tri    // B7: On is locked
	CloseInhibited   Tri    // by the IO module or by communication
	Closed           Tri    // contacts; a closed breaker answers a close itself
	Mode             Mode   //
	Factory          Levels // levels that still have their factory password
}

// Query is what the monitor is asked.
type Query struct {
	Actor Actor
	// Op is the point to write or the action to do. Its class comes from the
	// vocabulary, so that nobody can ask for a point under another class.
	Op points.ID
	// Read asks to read, one point or (with Op zero) any.
	Read  bool
	Locks Locks
	Now   time.Duration
}

// Class returns the class that q is decided by.
func (q *Query) Class() points.Class {
	if q.Read {
		return points.Monitor
	}
	return points.Of(q.Op).Class
}
