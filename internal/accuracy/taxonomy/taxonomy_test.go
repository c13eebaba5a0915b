package taxonomy

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestTableIsWhole(t *testing.T) {
	names := map[string]bool{}
	count := map[Kind]int{}
	for _, c := range Cases() {
		assert.NotEmpty(t, c.Name)
		assert.False(t, names[c.Name], "%s is there twice", c.Name)
		names[c.Name] = true
		assert.NotEmpty(t, c.Shows, c.Name)
		assert.True(t, (c.Run != nil) != (c.Tree != nil), c.Name)
		assert.Equal(t, c.Kind == Leak, c.Want != "", "%s: Want belongs to leaks, and to all of them", c.Name)
		count[c.Kind]++
	}
	assert.GreaterOrEqual(t, count[Leak], 50)
	assert.GreaterOrEqual(t, count[Innocent], 28)
}
