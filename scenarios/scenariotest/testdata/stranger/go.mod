module example.com/stranger

go 1.26.0

require github.com/watertight-go/watertight v0.0.0

replace (
	github.com/watertight-go/watertight => ../../../..
	github.com/watertight-go/watertight/leak => ../../../../leak
)
