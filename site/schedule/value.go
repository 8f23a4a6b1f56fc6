package schedule

import (
	"fmt"
	"math"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
)

// number reads a number between least and most. "1.600", "1,600", "1 600" and
// "1'600" may each be read in two ways; it is read in the one that is within the
// bounds, and in none if both are.
func number(text string, least, most float64) (float64, error) {
	var fits, all []float64
	for _, v := range readings(text) {
		all = append(all, v)
		if v >= least && v <= most && (len(fits) == 0 || fits[0] != v) {
			fits = append(fits, v)
		}
	}
	switch {
	case len(fits) == 1:
		return fits[0], nil
	case len(fits) > 1:
		return 0, fmt.Errorf("%q may be %g or %g; write it without separators of thousands", clip(text), fits[0], fits[1])
	case len(all) == 0:
		return 0, fmt.Errorf("%q is no number", clip(text))
	}
	return 0, fmt.Errorf("%g is outside %g to %g", all[0], least, most)
}

var (
	plainNumber   = regexp.MustCompile(`^[0-9]{1,12}([.,][0-9]{1,12})?$`)
	groupedNumber = regexp.MustCompile(`^[0-9]{1,3}(?:(?: [0-9]{3})+|(?:\.[0-9]{3})+|(?:,[0-9]{3})+|(?:'[0-9]{3})+|(?:’[0-9]{3})+)([.,][0-9]{1,12})?$`)
	powerNumber   = regexp.MustCompile(`^[0-9]([.,][0-9]{1,6})?[eE]\+?[0-9]{1,2}$`)
)

// readings are the numbers that a text may be.
func readings(text string) (all []float64) {
	add := func(s string) {
		if v, err := strconv.ParseFloat(s, 64); err == nil && !math.IsInf(v, 0) {
			all = append(all, v)
		}
	}
	if plainNumber.MatchString(text) || powerNumber.MatchString(text) {
		add(strings.Replace(text, ",", ".", 1))
	}
	if m := groupedNumber.FindStringSubmatchIndex(text); m != nil {
		whole, part := text, ""
		if m[2] > 0 {
			whole, part = text[:m[2]], text[m[2]+1:]
		}
		if part != "" && strings.ContainsRune(whole, rune(text[m[2]])) {
			return all // 1.600.5: the same sign for thousands and for the rest
		}
		digits := strings.Map(func(c rune) rune {
			if c >= '0' && c <= '9' {
				return c
			}
			return -1
		}, whole)
		add(digits + "." + part + "0")
	}
	return all
}

// whole reads a whole number between least and most.
func whole(text string, least, most int) (int, error) {
	v, err := number(text, float64(least), float64(most))
	if err == nil && v != math.Trunc(v) {
		err = fmt.Errorf("%q is no whole number", clip(text))
	}
	return int(v), err
}

// In of a sensor plug, A (MB T001025026).
const (
	leastAmps = 100
	mostAmps  = 8000
)

var ampsText = regexp.MustCompile(`(?i)^(?:in\s*[=:]?\s*)?([0-9][0-9 .,'’eE+]*?)\s*(k?)(?:a|amps?|amp[eè]res?)?$`)

// amps reads a rated current: 1600, 1600A, 1 600 A, In = 1.6 kA.
func amps(text string) (float64, error) {
	m := ampsText.FindStringSubmatch(text)
	if m == nil {
		return 0, fmt.Errorf("%q is no rated current; write amperes, such as 1600", clip(text))
	}
	scale := 1.0
	if m[2] != "" {
		scale = 1000
	}
	v, err := number(m[1], leastAmps/scale, mostAmps/scale)
	if err != nil {
		return 0, fmt.Errorf("%w; In is 100 to 8000 A, such as 1600", err)
	}
	return v * scale, nil
}

var frameText = regexp.MustCompile(`(?i)\bmtz ?-?([123])(?:[ -]?([0-9]{2}))?(?:[ -]?(?:n1|h1|h2|h3|l1|h10))?\b`)

// sizes are the rated currents of commercial references, A: the two digits after
// the frame. Recalled, in no document of ours; each is a hundredth, rounded.
var sizes = map[string]float64{
	"06": 630, "08": 800, "10": 1000, "12": 1250, "16": 1600, "20": 2000, "25": 2500, "32": 3200, "40": 4000, "50": 5000, "63": 6300,
}

// frame reads what a type says: the frame, and the rated current if it has one.
func frame(text string) (name string, in float64) {
	m := frameText.FindAllStringSubmatch(text, 2)
	if len(m) != 1 {
		return "", 0
	}
	return "MTZ" + m[0][1], sizes[m[0][2]]
}

var variantText = regexp.MustCompile(`(?i)^(?:micrologic|mlx)? ?([23567])(?:[.,]0)? ?x?$`)

// variant reads a control unit: 6.0, 6,0 X, MicroLogic 6.0X.
func variant(text string) (string, error) {
	if m := variantText.FindStringSubmatch(text); m != nil {
		return m[1] + ".0", nil
	}
	return "", fmt.Errorf("%q is none of 2.0, 3.0, 5.0, 6.0, 7.0", clip(text))
}

var polesText = regexp.MustCompile(`(?i)^([34])(?:[.,]0)? ?-?(?:p|poles?|p[oô]les?|polos|polig|-polig|pol)?$`)

func poles(text string) (int, error) {
	if m := polesText.FindStringSubmatch(text); m != nil {
		return int(m[1][0] - '0'), nil
	}
	return 0, fmt.Errorf("%q: write 3 or 4", clip(text))
}

// Interfaces that a list may name beside those of a site file.
const (
	gatewayRow = "gateway"
	panelRow   = "panel-server"
)

// interfaces are what lists call an interface, folded. The commercial numbers are
// secondary (interfaces.md 1.5).
var interfaces = map[string]string{
	"ife": "ife", "ifeserver": "ife", "ifeinterface": "ife", "ethernet": "ife", "modbustcp": "ife", "lv434001": "ife", "lv434002": "ife",
	"eife": "eife", "lv851001": "eife", "embeddedethernet": "eife",
	"ifm": "ifm", "serial": "ifm", "rs485": "ifm", "modbussl": "ifm", "modbusrtu": "ifm", "rtu": "ifm", "lv434000": "ifm",
	"none": "none", "no": "none", "without": "none", "kein": "none", "keine": "none", "ohne": "none", "nein": "none", "aucun": "none", "aucune": "none", "sans": "none", "ninguna": "none", "ninguno": "none", "sin": "none",
	"gateway": gatewayRow, "passerelle": gatewayRow, "pasarela": gatewayRow, "modbusgateway": gatewayRow,
	"panelserver": panelRow, "ecostruxurepanelserver": panelRow,
}

func face(text string) (string, error) {
	if i := interfaces[fold(text)]; i != "" {
		return i, nil
	}
	return "", fmt.Errorf("%q is none of ife, eife, ifm, none (and for what breakers are behind: gateway, panel-server)", clip(text))
}

// flags are the words for yes and no, and for closed and open, folded.
var flags = map[string]bool{
	"yes": true, "y": true, "true": true, "1": true, "x": true, "on": true, "closed": true, "close": true, "ja": true, "ein": true, "zu": true, "geschlossen": true, "oui": true, "ferme": true, "si": true, "cerrado": true, "wahr": true, "vrai": true, "verdadero": true,
	"no": false, "n": false, "false": false, "0": false, "off": false, "open": false, "nein": false, "aus": false, "auf": false, "offen": false, "non": false, "ouvert": false, "abierto": false, "falsch": false, "faux": false, "falso": false,
}

func flag(text string) (bool, error) {
	if v, ok := flags[fold(text)]; ok {
		return v, nil
	}
	return false, fmt.Errorf("%q: write yes or no", clip(text))
}

var zeros = regexp.MustCompile(`(^|\.)0+([0-9])`)

// endpoint reads an IP address, with or without a port.
func endpoint(text string) (netip.Addr, uint16, error) {
	s := strings.ToLower(text)
	for _, scheme := range []string{"http://", "https://", "tcp://", "modbus://"} {
		s = strings.TrimPrefix(s, scheme)
	}
	s, _, _ = strings.Cut(s, "/") // a prefix length, or the path of an URL
	if strings.Count(s, ".") == 3 {
		s = zeros.ReplaceAllString(s, "$1$2") // 010.020.030.041
	}
	a, err := netip.ParseAddr(s)
	port := uint16(0)
	if ap, e := netip.ParseAddrPort(s); e == nil {
		a, port, err = ap.Addr(), ap.Port(), nil
	}
	switch {
	case err != nil || a.Zone() != "":
		return netip.Addr{}, 0, fmt.Errorf("%q is no IP address; write 10.20.30.41", clip(text))
	case a.IsUnspecified() || a.IsMulticast() || a == netip.AddrFrom4([4]byte{255, 255, 255, 255}):
		return netip.Addr{}, 0, fmt.Errorf("%v is the address of no single device", a)
	}
	return a.Unmap(), port, nil
}

// empty are the texts that stand for an empty cell.
var empty = map[string]bool{"": true, "-": true, "–": true, "—": true, "--": true, "n/a": true, "n.a.": true, "na": true, "?": true, "tbd": true, "tbc": true}

// broken are what a spreadsheet shows where it failed.
func broken(text string) bool {
	return strings.HasPrefix(text, "#") && (strings.HasSuffix(text, "!") || strings.HasSuffix(text, "?") || strings.HasSuffix(text, "#") || text == "#N/A" || text == "#NV")
}
