package stack

// ParseBody reads the lines behind a header. It never fails: lines that it does
// not understand are counted.
func ParseBody(body []byte) Trace {
	var t Trace
	for e := range scan(body) {
		t.add(e)
	}
	return t
}

// add enters one line.
func (t *Trace) add(e event) {
	frames, elided, created := &t.Frames, &t.Elided, &t.Created
	if n := len(t.Ancestors); n > 0 {
		a := &t.Ancestors[n-1]
		frames, elided, created = &a.Frames, &a.Elided, &a.Created
	}
	switch e.kind {
	case isFrame:
		*frames = append(*frames, Frame{Func: string(e.text)})
	case isPlace:
		f := created
		if !e.ofCreation {
			f = &(*frames)[len(*frames)-1]
		}
		f.File, f.Line = string(e.text), int(e.n)
	case isCreated:
		created.Func = string(e.text)
		if len(t.Ancestors) == 0 {
			t.Creator = e.n
		}
	case isAncestor:
		t.Ancestors = append(t.Ancestors, Ancestor{ID: e.n})
	case isElided:
		*elided = int(e.n)
		if e.n == unknown {
			*elided = -1
		}
	case isUnavailable:
		t.Unavailable = true
	default:
		t.Skipped++
	}
}

// Creator reads only the number of the goroutine that created this one; zero
// where the record does not say.
func Creator(body []byte) uint64 {
	for len(body) > 0 {
		var line []byte
		line, body = cutLine(body)
		if len(line) == 0 || line[0] == '\t' {
			continue
		}
		if _, id, ok := created(line); ok {
			return id
		}
		// An ancestor's creator is not this one's.
		if _, ok := ancestor(line); ok {
			return 0
		}
	}
	return 0
}
