package main

import (
	"unsafe"

	"golang.org/x/sys/windows"
)

// ownConsole reports whether this process is alone in its console: it was started
// by a double click and not from a shell.
func ownConsole() bool {
	list := windows.NewLazySystemDLL("kernel32.dll").NewProc("GetConsoleProcessList")
	if list.Find() != nil {
		return false
	}
	var ids [2]uint32
	n, _, _ := list.Call(uintptr(unsafe.Pointer(&ids[0])), uintptr(len(ids)))
	return n == 1
}
