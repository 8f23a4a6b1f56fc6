//go:build !linux

package serial

// enableRS485 does nothing where drivers have no such request that we know.
func enableRS485(string) bool { return false }
