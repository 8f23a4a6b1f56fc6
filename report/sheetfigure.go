package report

// figureMost is how much of a page a figure takes.
const figureMost = 0.72

// figure draws a figure, as large as a page has room for it, and its caption.
func (s *sheet) figure(f Figure) {
	if f.Paper == nil || f.Width <= 0 || f.Height <= 0 {
		return
	}
	scale := min(s.inner()/f.Width, figureMost*(s.height-margin-below)/f.Height)
	s.room(scale*f.Height + 3*bodySize*leading)
	s.doc.TransformBegin()
	s.doc.TransformTranslate(margin, s.y)
	s.doc.TransformScale(100*scale, 100*scale, 0, 0)
	if err := f.Paper(s.doc); err != nil {
		s.doc.SetError(err)
	}
	s.doc.TransformEnd()
	// The page has the letters from before again; the library does not know, and would
	// leave out those it believes are picked.
	s.doc.SetFont(Font, "", 1)
	s.y += scale*f.Height + 4
	s.letter(false, bodySize, soft)
	s.paragraph(0, f.Caption)
	s.y += 8
}
