//go:build !unix

package storetest

import "errors"

func serve(string) error { return errors.New("it is started by tests on Unix only") }
