package suite

import (
	"fmt"

	"github.com/watertight-go/watertight/internal/shard"
)

// inShard are the packages of the part that runs.
func (o Options) inShard(all []listed) (some []listed, err error) {
	part, err := shard.Parse(o.Shard)
	if err != nil {
		return nil, fmt.Errorf("suite: shard: %w", err)
	}
	for _, p := range all {
		if part.Has(p.ImportPath) {
			some = append(some, p)
		}
	}
	return some, nil
}
