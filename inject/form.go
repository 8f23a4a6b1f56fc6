package inject

import "switchroom/regmap"

// Parameters are the parameters of a kind with their ranges: what a form is made of.
func (k *Kind) Parameters() []Param { return k.params }

// TakesPoints reports whether points are given as parameters beside the kind's own.
func (k *Kind) TakesPoints() bool { return k.any }

// Wrong says what is wrong with the value of one parameter, or nil.
func (k *Kind) Wrong(name, text string) error { return k.checkOne(name, text) }

// Text reports whether the parameter is neither a number nor one of some words: it
// has to be given.
func (p *Param) Text() bool { return len(p.Words) == 0 && p.Max == 0 }

// Map is how the registers of the line's unit are laid out.
func (l *Line) Map() *regmap.Map { return l.rows }
