package text

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/reports/internal/fixtures"
	"github.com/watertight-go/watertight/scenarios"
)

// FuzzDecode wants an error, or a report that every renderer can show. Its inputs
// are long: run it with -fuzzminimizetime 5x, or minimizing takes all the time.
func FuzzDecode(f *testing.F) {
	small := fixtures.Full(1) // the other fixtures are megabytes
	f.Add([]byte(fixtures.Encode(f, fixtures.Sparse())))
	small.Cells[0].Observation.Crash = &scenarios.Crash{Kind: "panic"}
	f.Add([]byte(fixtures.Encode(f, small)))
	f.Add([]byte(`{"schema": "watertight.report/1", "cells": null, "executors": [{}], "scenarios": [{}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := reports.Decode(bytes.NewReader(data))
		if err != nil {
			if errors.Is(err, io.ErrUnexpectedEOF) || strings.ContainsAny(err.Error(), "\n\x1b\x00") {
				t.Fatalf("got %q, want one clean sentence", err)
			}
			return
		}
		for _, l := range strings.Split(terminalText(t, r, Options{}), "\n") {
			if n := plaintext.Width(l); n > DefaultWidth {
				t.Fatalf("got a line of %d columns, want at most %d: %q", n, DefaultWidth, l)
			}
		}
		markdownText(t, r)
		_ = r.ExitCode()
	})
}
