package engine

//go:generate go test -run TestArchive -update
