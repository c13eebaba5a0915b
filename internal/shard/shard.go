// Package shard names the parts of a run that is split over several machines.
package shard

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
)

// Part is one part of a run: Index of Count, from 1. The zero Part is the whole run.
type Part struct{ Index, Count int }

// Parse reads the name of a part: "2/4" is the second of four. An empty name is the
// whole run.
func Parse(name string) (Part, error) {
	if name == "" {
		return Part{}, nil
	}
	i, n, found := strings.Cut(name, "/")
	index, err1 := strconv.Atoi(i)
	count, err2 := strconv.Atoi(n)
	if !found || err1 != nil || err2 != nil || index < 1 || index > count {
		return Part{}, fmt.Errorf("got %q, want I/N with I from 1 to N, as in 2/4", name)
	}
	return Part{index, count}, nil
}

func (p Part) String() string { return fmt.Sprintf("%d/%d", p.Index, p.Count) }

// Has reports whether something is in the part. Its name alone decides, so that it is in
// the same part on every machine, and whatever else there is.
func (p Part) Has(name string) bool {
	if p.Count == 0 {
		return true
	}
	sum := sha256.Sum256([]byte(name))
	return binary.BigEndian.Uint64(sum[:8])%uint64(p.Count) == uint64(p.Index-1)
}
