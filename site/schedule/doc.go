// Package schedule reads the list of breakers that people have, a CSV file out of
// a spreadsheet, and makes a site file of it.
//
// Such lists come in every encoding, with every separator, with units in the
// cells and titles above the header. What can be read in one way only is read, and
// told as a note; whatever else is wrong is told all at once, by row and column,
// with what to write instead. What the list does not say (who feeds the incomers,
// what the feeders carry, where each breaker can be reached on this machine) is
// made up so that currents flow, and the site file says in comments that it was.
//
// It refuses to guess: a rating, a control unit or a parent that can be read in two
// ways is an error. It opens no file and no connection.
package schedule
