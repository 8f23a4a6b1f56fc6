//go:build !windows

package web

// unsyncable reports an error of a system on which directories are not flushed.
func unsyncable(error) bool { return false }
