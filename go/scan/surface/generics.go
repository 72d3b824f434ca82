package surface

import (
	"errors"
	"fmt"
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"strings"

	"usegolib.build/scan/schema"
)

// InstantiationError is a requested instantiation that is not possible.
type InstantiationError struct {
	schema.Instantiation
	// Argument is the type argument at fault, if it is one.
	Argument string `json:"argument,omitempty"`
	// Constraint is what the argument had to satisfy, if it doesn't.
	Constraint string `json:"constraint,omitempty"`
	// Message says what is wrong.
	Message string `json:"message,omitempty"`
	// Reason is what is wrong, if it is that something can't cross.
	Reason *schema.Reason `json:"reason,omitempty"`
}

func (e *InstantiationError) Error() string {
	message := e.Message
	if e.Reason != nil {
		message = fmt.Sprintf("%s in the way", e.Reason.Obstacle.Kind)
	}
	return fmt.Sprintf("%s.%s[%s]: %s", e.Pkg, e.Name, strings.Join(e.TypeArgs, ", "), message)
}

// instances are the instantiations in the making.
type instances struct {
	// built has the symbol of each one, by function and type arguments.
	built map[string]string
	// taken are the symbols that are used.
	taken map[string]bool
}

// instantiate writes the requested instantiations as symbols.
func (s *scanner) instantiate(packages []*types.Package) error {
	// Two type arguments may have the same symbol text; the second one asked
	// for gets a number.
	for _, wanted := range s.options.Generics {
		if err := s.instance(packages, wanted, false); err != nil {
			return err
		}
	}
	return nil
}

func (s *scanner) instance(packages []*types.Package, wanted schema.Instantiation, implied bool) error {
	fail := func(format string, values ...any) error {
		return &InstantiationError{Instantiation: wanted, Message: fmt.Sprintf(format, values...)}
	}
	at := slices.IndexFunc(packages, func(p *types.Package) bool { return p.Path() == wanted.Pkg })
	if at < 0 {
		return fail("%s is not among the packages that are built", wanted.Pkg)
	}
	pkg := packages[at]
	switch object := pkg.Scope().Lookup(wanted.Name).(type) {
	case *types.Func:
		if object.Exported() {
			return s.instanceOfFunction(object, wanted, implied)
		}
	case *types.TypeName:
		if object.Exported() {
			return s.instanceOfType(object, wanted)
		}
	}
	return fail("%s has no exported function or type %s", wanted.Pkg, wanted.Name)
}

func (s *scanner) instanceOfFunction(f *types.Func, wanted schema.Instantiation, implied bool) error {
	instance, arguments, err := s.instanceOf(f, f.Signature(), wanted)
	if err != nil {
		return err
	}
	signature := instance.(*types.Signature)
	if reason := s.refusal(signature); reason != nil {
		return &InstantiationError{Instantiation: wanted, Reason: reason}
	}
	symbol, written := s.write(f, signature, arguments, implied)
	s.offer(schema.GenericInstance{Pkg: wanted.Pkg, Name: f.Name(), TypeArgs: written, Symbol: symbol})
	// Python may ask for it the way the file writes it.
	s.offer(schema.GenericInstance{Pkg: wanted.Pkg, Name: f.Name(), TypeArgs: wanted.TypeArgs, Symbol: symbol})
	return nil
}

// instanceOf makes an instantiation of a generic function's signature, or of a generic
// type, and returns it with its type arguments.
func (s *scanner) instanceOf(object types.Object, generic parametrized, wanted schema.Instantiation) (types.Type, []types.Type, error) {
	fail := func(argument, constraint, format string, values ...any) (types.Type, []types.Type, error) {
		return nil, nil, &InstantiationError{
			Instantiation: wanted, Argument: argument, Constraint: constraint, Message: fmt.Sprintf(format, values...),
		}
	}
	pkg, parameters := object.Pkg(), generic.TypeParams()
	if parameters.Len() == 0 {
		return fail("", "", "%s is not generic", wanted.Name)
	}
	if parameters.Len() != len(wanted.TypeArgs) {
		return fail("", "", "%s takes %d type arguments, not %d", wanted.Name, parameters.Len(), len(wanted.TypeArgs))
	}
	arguments := make([]types.Type, parameters.Len())
	for i, text := range wanted.TypeArgs {
		t, err := s.argument(pkg, text)
		if err != nil {
			return fail(text, "", "type argument %s: %v", text, err)
		}
		if obstacle := s.givable(t); obstacle != nil {
			place := &schema.Place{Kind: schema.InArgument, Name: text}
			return nil, nil, &InstantiationError{
				Instantiation: wanted, Argument: text, Reason: &schema.Reason{Place: place, Obstacle: *obstacle},
			}
		}
		arguments[i] = t
	}
	instance, err := types.Instantiate(types.NewContext(), generic, arguments, true)
	if bad := (*types.ArgumentError)(nil); errors.As(err, &bad) {
		constraint := types.TypeString(parameters.At(bad.Index).Constraint(), types.RelativeTo(pkg))
		return fail(wanted.TypeArgs[bad.Index], constraint, "type argument %s does not satisfy the constraint %s: %v",
			wanted.TypeArgs[bad.Index], constraint, bad.Err)
	}
	if err != nil {
		return fail("", "", "%v", err)
	}
	return instance, arguments, nil
}

// write writes an instantiation as a symbol, unless it is there already, and
// returns the symbol and the type arguments.
func (s *scanner) write(f *types.Func, signature *types.Signature, arguments []types.Type, implied bool) (symbol string, written []string) {
	pkg := f.Pkg()
	parts := []string{f.Name()}
	for _, t := range arguments {
		text := s.expressions.String(t)
		written = append(written, text)
		parts = append(parts, s.symbolPart(text, pkg))
	}
	built, taken := s.instances.built, s.instances.taken
	key := f.FullName() + "[" + strings.Join(written, ",") + "]"
	symbol, again := built[key]
	if !again {
		symbol = strings.Join(parts, "__")
		for base, n := symbol, 2; taken[pkg.Path()+"."+symbol] || pkg.Scope().Lookup(symbol) != nil; n++ {
			symbol = fmt.Sprintf("%s_%d", base, n)
		}
		built[key], taken[pkg.Path()+"."+symbol] = symbol, true
		for _, t := range arguments {
			s.mention(t, schema.Own)
		}
		s.symbol(f, symbol, signature, written, implied)
	}
	return symbol, written
}

func (s *scanner) offer(instance schema.GenericInstance) {
	for _, known := range s.out.Generics {
		if known.Symbol == instance.Symbol && known.Pkg == instance.Pkg && slices.Equal(known.TypeArgs, instance.TypeArgs) {
			return
		}
	}
	s.out.Generics = append(s.out.Generics, instance)
}

// isInstantiated reports whether some instantiation of the function is offered.
func (s *scanner) isInstantiated(f *types.Func) bool {
	return slices.ContainsFunc(s.out.Generics, func(instance schema.GenericInstance) bool {
		return instance.Pkg == f.Pkg().Path() && instance.Name == f.Name()
	})
}

// qualified matches a name behind an import path (or a package's name).
var qualified = regexp.MustCompile(`([\pL\d_~\-]+(?:[./][\pL\d_~\-]+)*)\.([\pL_][\pL\d_]*)`)

// argument evaluates a type expression. Import paths are not part of Go's
// grammar there, so each becomes a package name in a scope made for it.
func (s *scanner) argument(p *types.Package, text string) (types.Type, error) {
	scope := types.NewPackage(p.Path(), p.Name())
	for _, object := range exported(p) {
		scope.Scope().Insert(object)
	}
	var missing error
	plain := qualified.ReplaceAllStringFunc(text, func(match string) string {
		parts := qualified.FindStringSubmatch(match)
		imported, err := s.find(p, parts[1])
		if err != nil {
			missing = err
			return match
		}
		name := fmt.Sprintf("package%d", len(scope.Scope().Names()))
		scope.Scope().Insert(types.NewPkgName(token.NoPos, scope, name, imported))
		return name + "." + parts[2]
	})
	if missing != nil {
		return nil, missing
	}
	value, err := types.Eval(s.fset, scope, token.NoPos, plain)
	if err != nil {
		var detail types.Error
		if errors.As(err, &detail) {
			return nil, errors.New(detail.Msg)
		}
		return nil, err
	}
	if !value.IsType() {
		return nil, errors.New("it is not a type")
	}
	if isGeneric(value.Type) {
		return nil, errors.New("it is a generic type without type arguments")
	}
	return value.Type, nil
}

// find imports the package that a type argument names: by import path, or by
// package name if it is the function's own or only one listed package has it.
func (s *scanner) find(p *types.Package, wanted string) (*types.Package, error) {
	if wanted == p.Path() || wanted == p.Name() {
		return p, nil
	}
	if s.listing[wanted] != nil {
		return s.importPackage(wanted)
	}
	var named []string
	for _, listed := range s.listing {
		if listed.Name == wanted {
			named = append(named, listed.ImportPath)
		}
	}
	if len(named) == 1 {
		return s.importPackage(named[0])
	}
	return nil, fmt.Errorf("package %s is not among the packages that the module depends on", wanted)
}

// symbolPart writes a type argument as part of a symbol: letters, digits and
// underscores only, the names of the function's own package as they are, the
// others behind their package's name.
func (s *scanner) symbolPart(text string, home *types.Package) string {
	text = qualified.ReplaceAllStringFunc(text, func(match string) string {
		parts := qualified.FindStringSubmatch(match)
		if parts[1] == home.Path() {
			return parts[2]
		}
		if listed := s.listing[parts[1]]; listed != nil {
			return listed.Name + "_" + parts[2]
		}
		return match
	})
	text = strings.NewReplacer("[]", "slice_", "map[", "map_", "*", "ptr_").Replace(text)
	return strings.Trim(notSymbol.ReplaceAllString(text, "_"), "_")
}

var notSymbol = regexp.MustCompile(`[^\pL\d]+`)
