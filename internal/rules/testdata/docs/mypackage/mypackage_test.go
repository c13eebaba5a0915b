package mypackage

import (
	"context"
	"testing"
)

func BenchmarkForEach(b *testing.B) {
	items := make([]int, 100)
	for b.Loop() {
		if err := ForEach(b.Context(), items, func(context.Context, int) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
}

func TestForEach(t *testing.T) {
	if err := ForEach(t.Context(), []int{1, 2}, func(context.Context, int) error { return nil }); err != nil {
		t.Fatal(err)
	}
}
