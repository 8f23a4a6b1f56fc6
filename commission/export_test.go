package commission

// Pause calls f while a breaker is claimed for the next change, before it is written to.
func (o *Office) Pause(f func()) { o.pause = f }
