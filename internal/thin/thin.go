// Package thin keeps some elements of a long series, evenly chosen.
package thin

// Evenly returns at most n of the elements: the first, the last, and others at
// equal distances between them. n is at least 2. Where there are not more than
// n elements it returns all, the same slice.
func Evenly[T any](all []T, n int) []T {
	if len(all) <= n {
		return all
	}
	kept := make([]T, 0, n)
	for _, i := range Indexes(len(all), n) {
		kept = append(kept, all[i])
	}
	return kept
}

// Indexes returns the indexes of the elements that Evenly keeps of total ones.
func Indexes(total, n int) []int {
	indexes := make([]int, min(total, n))
	for k := range indexes {
		indexes[k] = k
		if total > n {
			indexes[k] = k * (total - 1) / (n - 1)
		}
	}
	return indexes
}
