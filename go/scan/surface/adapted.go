package surface

import (
	"go/types"
	"strings"

	"usegolib.build/scan/schema"
)

// declareAdapted declares the adapted types that the module's packages know of,
// whether or not its surface names them: an any can hold them.
func (s *scanner) declareAdapted() {
	if len(s.out.Packages) == 0 {
		return
	}
	for _, adapted := range s.options.Adapted {
		dot := strings.LastIndexByte(adapted, '.')
		if dot < 0 {
			continue
		}
		path, name := adapted[:dot], adapted[dot+1:]
		if p := s.listing[path]; p == nil || p.Export == "" {
			continue
		}
		p, err := s.importPackage(path)
		if err != nil {
			continue // whoever mentions the type says why
		}
		if object, ok := p.Scope().Lookup(name).(*types.TypeName); ok {
			s.mention(object.Type(), schema.Own)
		}
	}
}
