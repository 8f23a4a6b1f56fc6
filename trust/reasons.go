package trust

// Reasons a package is taken or refused, by name.
const (
	Accepted       = "accepted"
	BadDigest      = "bad-digest"
	BadFormat      = "bad-format"
	BadSignature   = "bad-signature"
	BadTimestamp   = "bad-timestamp"
	DatedBefore    = "dated-before-revocation"
	DatedLater     = "dated-after-timestamp"
	Expired        = "expired"
	LicenceExpired = "licence-expired"
	ListInvalid    = "list-invalid"
	ListStale      = "list-stale"
	ListMissing    = "list-unreachable"
	NoTimestamp    = "no-timestamp"
	NotYetValid    = "not-yet-valid"
	OtherBranch    = "other-branch"
	OtherUnit      = "other-unit"
	Outdated       = "outdated"
	RevokedSigner  = "revoked"
	TooOld         = "too-old-elsewhere"
	Untrusted      = "untrusted"
	WrongComponent = "wrong-component"
	WrongPrecursor = "wrong-precursor"
	WrongUsage     = "wrong-usage"
)

// Reasons says what each reason means and what to do, sorted by name.
var Reasons = []struct{ Name, Means, Do string }{
	{Accepted, "everything that can be checked was checked", "install it"},
	{BadDigest, "an image is not the one that was signed", "get the package again from where it is published"},
	{BadFormat, "the file is not a package, or not the whole of one", "get the package again from where it is published"},
	{BadSignature, "the signature is not of this, or has another form than the one that is taken", "get the package again from where it is published"},
	{BadTimestamp, "the timestamp is not of this signature, or not by a trusted authority", "get the package again from where it is published"},
	{DatedLater, "it says that it was built after it was signed", "ask the vendor; do not install it"},
	{DatedBefore, "a certificate of this product was revoked after this firmware was built", "install firmware that was built after the revocation"},
	{Expired, "a certificate had expired when it signed, as far as can be proven", "ask the vendor for a package with a timestamp or a newer certificate"},
	{LicenceExpired, "the licence of the digital module has ended", "buy a new one at the marketplace; check the clock"},
	{ListInvalid, "the revocation list is not signed by its issuer, or of a kind that is not understood", "get the list again from where it is published"},
	{ListStale, "the revocation list is not of now; an old list is not an empty one", "get the newest list; check the clock"},
	{ListMissing, "there is no revocation list of an issuer; no list is not an empty one", "get the list of this branch"},
	{NoTimestamp, "it has no timestamp, which the profile hardened asks for", "ask the vendor for a package with a timestamp"},
	{NotYetValid, "a certificate is not valid yet", "check the clock"},
	{OtherBranch, "it is signed by the branch of other products", "take the package of this product"},
	{OtherUnit, "the digital module was bought for another control unit", "buy it for the serial number of this one"},
	{Outdated, "what is installed has the same sequence or a higher one", "install a package with a higher sequence"},
	{RevokedSigner, "a certificate it is signed with was revoked", "install firmware signed with another certificate"},
	{TooOld, "a component is too old for it", "upgrade that component first"},
	{Untrusted, "it is not signed by anyone this side trusts", "check where it comes from; update the software, which brings new anchors"},
	{WrongComponent, "it is for another component", "take the package of this component"},
	{WrongPrecursor, "it upgrades another version than the one installed", "install the version it upgrades first"},
	{WrongUsage, "its certificate is not one for signing packages", "do not install it; tell the vendor"},
}
