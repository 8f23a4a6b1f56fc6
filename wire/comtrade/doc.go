// Package comtrade reads and writes COMTRADE recordings: what relays, fault recorders and
// power-quality meters write when something happens on a network.
//
// # Use
//
//	rec, err := comtrade.Open("fault.cfg") // finds fault.dat beside it; or fault.cff
//	if err != nil {
//		return err // names file, line or sample, and what to do about it
//	}
//	ia, err := rec.Channel("IA")
//	for i, t := range rec.Times {
//		use(t, ia.Values[i]) // seconds from the first sample; A, kV, whatever ia.Unit says
//	}
//
// [Read] and [ReadCombined] take streams instead of paths, [ReadConfig] reads
// a configuration that has no data with it, and [Recording.Info] is the
// summary that `switchroom comtrade info` prints.
//
// # What it reads
//
// IEEE C37.111-1991, -1999 (the same text as IEC 60255-24:2001) and -2013 (the
// same text as IEC 60255-24:2013), with data in ASCII, BINARY, BINARY32 or
// FLOAT32, as separate files (.cfg, .dat, and .hdr and .inf where they exist)
// or combined in one (.cff). Text may be UTF-8 with or without a byte order
// mark, UTF-16 with one, or Windows-1252 (of which ISO-8859-1 is a part); lines
// may end in LF, CRLF or CR; the DOS end-of-file character 0x1A is no trouble.
// Another code page (1251, GBK) gives wrong letters in names, never wrong values.
//
// Real devices leave the standard in small ways. Where only one reading makes
// sense the package takes it and says so in [Recording.Notes]: a revision that
// does not exist, a date in the other revision's order, more samples than were
// declared. A program that shows a recording to a person should show the notes.
//
// # Values
//
// [Analog.Values] are the values as recorded: a·x+b of what stands in the data
// file, in [Analog.Unit]. Whether that is the primary or the secondary side of
// the instrument transformer is a matter of [Analog.Scaling];
// [Analog.PrimaryValues] converts. [Analog.Skew], the delay of one channel
// within a sampling period, is kept and not applied, neither to Times nor to
// Values: it is at most one period and the sample belongs to its period.
//
// A missing value is NaN. What marks one depends on revision and data type:
//
//	data     1991                       1999          2013
//	ASCII    999999 (6.3.4), empty      99999 (6.3)   empty (8.4); 99999 above the declared maximum
//	BINARY   0xFFFF, see below          0x8000 (6.4)  0x8000 (8.6)
//	BINARY32                                          0x80000000 (8.6)
//	FLOAT32                                           NaN, ±Inf, -3.4028235E38
//
// An empty ASCII field is missing in every revision. BINARY of 1991 is two's
// complement, unless a channel declares a range from zero up past 32767, which
// is only possible unsigned. 0xFFFF marks a missing value there where the
// declared range has no negative numbers. Where it has, 0xFFFF is -1, through
// which every current passes, and 0x8000 is the mark.
//
// That rule for 1991, the one for 99999 in 2013 and the marks of FLOAT32 are
// ours: devices mix the revisions. Of the standard, 1991 6.3.4, 1999 5.3 and 6.3
// and 2013 8.4 were read as others quote them; what is said of other clauses is
// recalled and agrees with python-comtrade.
//
// # Writing
//
// [Recording.Convert] turns a recording into what another data type and revision
// can hold, says in Notes what that lost, and returns the values as they will
// read back; [Recording.WriteAs] writes it as .cfg and .dat or as .cff. Whole
// numbers keep their multiplier; others get one that uses the range of the type,
// so that a value is off by half a step at most. [NewFloat] begins a recording of
// one's own. Nothing is written over a file that exists.
//
// # Time
//
// [Recording.Times] follow the declared sampling rates where there are any, as
// C37.111-2013 8.4 prefers, and the time stamps of the data file otherwise
// (no rates, or a rate of 0): stamp × timemult, in microseconds, or in
// nanoseconds where revision 2013 writes its dates with more than six decimals.
// So a recording whose stamps are absent, or all the same, is no trouble while
// there is a rate, and is refused where there is none.
//
// # What it refuses
//
// Everything that could only be guessed: channel counts that do not add up,
// fewer samples than declared, a status that is neither 0 nor 1, numbers with a
// decimal comma, binary data whose sample numbers show that the record length
// is wrong, time that runs backwards. The [Error] names file, line or byte,
// sample, and the remedy.
//
// Recordings come from elsewhere, so nothing in one is trusted: no memory is
// allocated for samples or channels that the file is not long enough to hold,
// files beyond [MaxConfig] and [MaxData] are not read, and control characters
// are dropped from names, so that listing channels cannot steer a terminal.
package comtrade
