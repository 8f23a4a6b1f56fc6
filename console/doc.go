// Package console is the web application of operations: people sign in, see and do what
// they may, and everything they do is recorded.
//
// A request comes in by one table (routes.go), which says who may ask it; whoever may
// not is told why and what to do. Every deed is a method that pages and API share: it
// records, then does (record.go). What cannot be recorded is not done.
//
// It knows a breaker only through what operations are made of, never a laboratory.
package console

//go:generate go tool -modfile=../tools/go.mod templ generate
