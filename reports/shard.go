package reports

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Shard is one part of a run that was split. It has whole scenarios with all of
// their executors, so that everything that is compared was measured on one
// machine.
type Shard struct {
	// Name is the value of the -shard flag, as "2/4".
	Name string `json:"name"`
	// Scenarios are the names of the scenarios that it ran.
	Scenarios []string `json:"scenarios"`
	// Created, Elapsed and Environment are as in Report.
	Created     time.Time   `json:"created"`
	Elapsed     int64       `json:"elapsedNs"`
	Environment Environment `json:"environment"`
	// Partial is why the shard did not finish; empty for a whole one.
	Partial string `json:"partial,omitempty"`
}

// Part reads the name: "2/4" is part 2 of 4.
func (s Shard) Part() (index, count int, err error) {
	i, n, found := strings.Cut(s.Name, "/")
	index, err1 := strconv.Atoi(i)
	count, err2 := strconv.Atoi(n)
	if !found || err1 != nil || err2 != nil || index < 1 || index > count {
		return 0, 0, fmt.Errorf("got %q, want I/N with I from 1 to N, as in 2/4", s.Name)
	}
	return index, count, nil
}
