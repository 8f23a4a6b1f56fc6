package web

// unsyncable reports an error of a system on which directories are not flushed: on
// this one they cannot be opened for it.
func unsyncable(error) bool { return true }
