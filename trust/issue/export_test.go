package issue

import "time"

// Within sets how long the program may take.
func (o *Outside) Within(d time.Duration) { o.within = d }
