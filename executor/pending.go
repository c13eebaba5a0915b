package executor

// pending is a heap of abandoned calls that are not stuck yet. The next one to
// become stuck is the first. It implements heap.Interface.
type pending []*abandonedCall

func (p pending) Len() int           { return len(p) }
func (p pending) Less(i, j int) bool { return p[i].stuckAt.Before(p[j].stuckAt) }
func (p pending) Swap(i, j int) {
	p[i], p[j] = p[j], p[i]
	p[i].place, p[j].place = i, j
}
func (p *pending) Push(x any) {
	a := x.(*abandonedCall)
	a.place = len(*p)
	*p = append(*p, a)
}
func (p *pending) Pop() any {
	old := *p
	a := old[len(old)-1]
	old[len(old)-1] = nil
	*p = old[:len(old)-1]
	return a
}
