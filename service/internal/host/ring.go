package host

// ring keeps the last lines of many, and allocates no memory for the others.
type ring struct {
	// kept has one line more than is needed: the last one may be dropped.
	kept [keptLines + 1][]byte
	// n is how many were added, without those that were dropped.
	n int
}

// add adds a line.
func (r *ring) add(line []byte) {
	at := r.n % len(r.kept)
	r.kept[at] = append(r.kept[at][:0], line...)
	r.n++
}

// dropEmpty drops the last line where it is empty.
func (r *ring) dropEmpty() {
	if r.n > 0 && len(r.kept[(r.n-1)%len(r.kept)]) == 0 {
		r.n--
	}
}

// lines are the last lines, at most keptLines.
func (r *ring) lines() (all []string) {
	for i := max(0, r.n-keptLines); i < r.n; i++ {
		all = append(all, string(r.kept[i%len(r.kept)]))
	}
	return all
}
