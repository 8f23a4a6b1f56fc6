// Package portal is the vendor's side of a lab: its cybersecurity portal and its
// marketplace (GUIDE A15, A16), as one service.
//
// The portal has the policy for vulnerabilities, a form with which anybody declares one
// or an incident, the case that comes of it with its states (states.go), advisories as a
// trusted provider of CSAF 2.0 publishes them (provider.go), the certificates and
// revocation lists of the firmware, and the firmware. The marketplace sells digital
// modules, each bound to one control unit, for a test payment.
//
// A request comes in by one table (routes.go), which says who may ask it. Everything
// that a person does is kept in the same transaction as a step that says who did it and
// when (steps.go): neither is there without the other.
//
// It takes no money and no card numbers, sends no mail, and knows no breaker.
package portal

//go:generate go tool -modfile=../tools/go.mod templ generate
