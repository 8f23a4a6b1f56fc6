// Package accounts holds who may do what on the operations side: permissions, the
// roles they come in, what one person must not hold together, groups and people, and
// who is signed in. (GUIDE C2, C5, C7, C9, C11, C15, D12, D14.)
//
// The zero value of everything denies: no role, no permission; an unknown session is
// nobody's. It knows nothing of breakers: whether an operation at a breaker is admitted
// is asked of package access, in imu or the gateway. It has no clock: time is a
// parameter. What must survive goes to a [Store].
package accounts
