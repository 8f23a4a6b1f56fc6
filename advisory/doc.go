// Package advisory reads security advisories (CSAF 2.0), from files or from who publishes
// them, and matches them to what somebody owns: what is affected, what is fixed, what is
// being investigated, and what nobody can tell (GUIDE A16, E11).
//
// What is not known stays so: a version that cannot be compared is unknown, and never
// "not affected".
package advisory
