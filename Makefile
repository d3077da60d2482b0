# SPDX-License-Identifier: GPL-2.0-or-later
#
# One Makefile over folders: a .c file under core/, a folder under plugins/, a
# template under bpf/ or a test is picked up by being there. Everything built
# goes to build/.

# The version: nowhere else. docs/changelog.md begins with it.
RELEASE := 0.1.0
COMMIT := $(if $(wildcard .git),$(shell git describe --always --abbrev=12 --exclude '*' --dirty 2>/dev/null))
VERSION ?= v$(RELEASE)$(if $(COMMIT),-$(COMMIT))
PREFIX ?= /usr/local
DESTDIR ?=

# For another processor: ARCH=aarch64 CROSS=aarch64-linux-gnu-, with its libraries in SYSROOT.
CROSS ?=
SYSROOT ?= $(if $(CROSS),build/roots/$(ARCH))
CC = $(CROSS)gcc $(if $(SYSROOT),--sysroot=$(abspath $(SYSROOT)))
OBJCOPY ?= $(CROSS)objcopy
AR = $(CROSS)ar
CLANG ?= clang-14
CLANG_FORMAT ?= clang-format-14
ARCH := $(shell uname -m)
# The names that libbpf has for them.
BPF_ARCH := $(patsubst aarch64,arm64,$(patsubst x86_64,x86,$(ARCH)))
MULTIARCH := $(shell $(CC) -print-multiarch 2>/dev/null)

B := build$(if $(CROSS),/$(ARCH))
Q = $(if $(V),,@)
say = $(if $(V),,@printf '  %-7s %s\n' $(1) $(2))

# Warnings are errors with the compilers we know; packagers' ones may know better.
WERROR ?= -Werror
WARN := -Wall -Wextra $(WERROR) -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes
CPPFLAGS += -Iinclude -I. -D_GNU_SOURCE
CFLAGS ?= -O2 -g
ALL_CFLAGS = -std=gnu11 $(WARN) -fvisibility=hidden -include core/util/banned.h $(CFLAGS)
PLUGIN_CFLAGS = -std=gnu11 $(WARN) -fPIC -fvisibility=hidden $(CFLAGS)
SAN := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
LDLIBS := -lbpf -lpcap -lyaml -lelf -lz -lzstd -ldl -lpthread
# The kernel's BPF instruction set of 5.12 and later: atomics, 32-bit jumps.
BPF_CFLAGS = -target bpf -D__TARGET_ARCH_$(BPF_ARCH) -mcpu=v3 -O2 -g -std=gnu11 -Wall -Wextra $(WERROR) -Wno-unused-parameter \
	-ffile-prefix-map=$(CURDIR)=. -Iinclude -Ibpf $(if $(MULTIARCH),-I$(SYSROOT)/usr/include/$(MULTIARCH)) $(SYSROOT:%=-I%/usr/include)

CORE_SRC := $(sort $(shell find core -name '*.c'))
LIB_SRC := $(filter-out core/main.c,$(CORE_SRC))
PLUGINS := $(sort $(patsubst plugins/%/plugin.c,%,$(wildcard plugins/*/plugin.c)))
TEST_PLUGINS := $(sort $(patsubst tests/plugins/%/plugin.c,%,$(wildcard tests/plugins/*/plugin.c)))
UNIT_TESTS := $(sort $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/test_*.c)))
PLUGIN_TESTS := $(sort $(foreach p,$(PLUGINS),$(if $(wildcard plugins/$(p)/test*.c),$(p))))

FLAVOURS := direct probe
TEMPLATES := $(foreach f,$(FLAVOURS),$(patsubst bpf/%.bpf.c,$(B)/bpf/%.$(f).bpf.o,$(wildcard bpf/*.bpf.c)))
HOOKS := $(foreach f,$(FLAVOURS),$(patsubst %.bpf.c,$(B)/bpf/%.$(f).bpf.o,\
	$(wildcard plugins/*/*.bpf.c tests/plugins/*/*.bpf.c)))

CORE_OBJ := $(CORE_SRC:%.c=$(B)/obj/%.o)
LIB_OBJ := $(LIB_SRC:%.c=$(B)/obj/%.o)
SAN_OBJ := $(LIB_SRC:%.c=$(B)/san/%.o)

plugin_src = $(filter-out %.bpf.c $(1)/test%,$(sort $(wildcard $(1)/*.c)))

.PHONY: all
all: $(B)/retis $(PLUGINS:%=$(B)/plugins/%.so) $(B)/libretis.so $(B)/libretis.a ## Build the program, its plugins and the library

# Made of Debian's packages for that processor; the machine's own stay as they are.
build/roots/%:
	$(call say,ROOT,$@)
	$(Q)scripts/cross-root $* $@

.DELETE_ON_ERROR:
.SUFFIXES:
.SECONDARY:

$(B)/retis: $(CORE_OBJ)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# The version is part of two objects' command lines: rebuild them when it changes.
$(B)/version: FORCE
	@mkdir -p $(@D); echo '$(VERSION)' | cmp -s - $@ || echo '$(VERSION)' > $@
$(B)/obj/core/cli/version.o $(B)/san/core/cli/version.o: $(B)/version
$(B)/obj/core/cli/version.o $(B)/san/core/cli/version.o: CPPFLAGS += -DRETIS_VERSION='"$(VERSION)"'
.PHONY: FORCE
FORCE:

$(B)/obj/core/%.o: core/%.c
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -Wa,-I$(B)/bpf -c -o $@ $<

$(B)/san/core/%.o: core/%.c
	$(call say,CC.san,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(ALL_CFLAGS) $(SAN) -MMD -MP -Wa,-I$(B)/bpf -c -o $@ $<

# The library that reads event files. Its objects are compiled once more, to be
# position-independent; what it exports is in scripts/libretis.map.
LIBRETIS_MAJOR := 1
LIBRETIS_SRC := $(sort $(wildcard $(patsubst %,core/%/*.c,arrow event input json library names reader))) \
	core/report/loss.c core/report/show.c \
	$(filter-out core/plugin/can_run.c core/plugin/host.c core/plugin/list.c,$(sort $(wildcard core/plugin/*.c))) \
	core/file/format.c core/file/index.c core/util/confine.c core/util/confine_calls.c core/util/escape.c core/util/intern.c core/util/list.c core/util/log.c core/util/slots.c
LIBRETIS_OBJ := $(LIBRETIS_SRC:%.c=$(B)/lib/%.o)
LIBRETIS_LIBS := -lz -lzstd

$(B)/lib/%.o: %.c
	$(call say,CC.lib,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -fPIC -MMD -MP -c -o $@ $<

$(B)/libretis.so: $(LIBRETIS_OBJ) scripts/libretis.map
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -shared -Wl,-z,defs -Wl,-soname,libretis.so.$(LIBRETIS_MAJOR) \
		-Wl,--version-script=scripts/libretis.map -o $@ $(LIBRETIS_OBJ) $(LIBRETIS_LIBS)
	$(Q)ln -sf libretis.so $(B)/libretis.so.$(LIBRETIS_MAJOR)

# One object, its internal names local: a program's own functions don't clash.
$(B)/libretis.a: $(LIBRETIS_OBJ)
	$(call say,AR,$@)
	$(Q)$(CC) -r -nostdlib -o $(B)/lib/libretis.o $^
	$(Q)$(OBJCOPY) --wildcard --keep-global-symbol='retis_*' $(B)/lib/libretis.o
	$(Q)rm -f $@; $(AR) rcs $@ $(B)/lib/libretis.o

# --- the static program ----------------------------------------------------

# Each plugin is one object whose only name is that of its description; names are told apart by
# the plugin's. What shares the kernel's types with libbpf goes by the dynamic linker.
STATIC_ONLY := core/plugin/object.c
STATIC_OBJ := $(filter-out $(STATIC_ONLY:%.c=$(B)/obj/%.o) $(B)/obj/core/kernel/btf_shared.o,$(CORE_OBJ)) \
	$(STATIC_ONLY:%.c=$(B)/static/%.o) $(PLUGINS:%=$(B)/static/plugin-%.o) \
	$(B)/static/builtin.o $(B)/static/pcap_none.o
c_name = $(subst -,_,$(1))

define static_plugin_rule
$(B)/static/plugin-$(1).o: $$($(1)_OBJ)
	$$(call say,STATIC,$$@)
	@mkdir -p $$(@D)
	$$(Q)$$(CC) -r -nostdlib -o $$@ $$^
	$$(Q)$$(OBJCOPY) --keep-global-symbol=retis_plugin $$@
	$$(Q)$$(OBJCOPY) --redefine-sym retis_plugin=retis_plugin_$$(call c_name,$(1)) $$@
endef

$(B)/static/builtin.c: Makefile $(wildcard plugins/*/plugin.c)
	@mkdir -p $(@D)
	$(Q){ echo '#include <retis/plugin.h>'; \
		printf 'extern const struct retis_plugin retis_plugin_%s;\n' $(call c_name,$(PLUGINS)); \
		echo 'extern const struct retis_plugin *const retis_builtin_plugins[];'; \
		echo 'const struct retis_plugin *const retis_builtin_plugins[] = {'; \
		printf '\t&retis_plugin_%s,\n' $(call c_name,$(PLUGINS)); echo '	NULL };'; } > $@
$(B)/static/builtin.o: $(B)/static/builtin.c
$(B)/static/pcap_none.o: scripts/packaging/static/pcap_none.c
$(STATIC_ONLY:%.c=$(B)/static/%.o): $(B)/static/%.o: %.c
$(B)/static/builtin.o $(B)/static/pcap_none.o $(STATIC_ONLY:%.c=$(B)/static/%.o):
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -DRETIS_STATIC -MMD -MP -c -o $@ $<

# What the C library says about looking up names is in docs/packages.md.
$(B)/retis-static: $(STATIC_OBJ)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -static-pie -Wl,--no-warnings -o $@ $^ $(LDLIBS)

.PHONY: static
static: $(B)/retis-static ## Build the program as one file with its plugins inside

# --- Python ------------------------------------------------------------------

# The package: libretis and the plugins are in it, and it needs the C library only.
# Distributions have zlib and zstd for it: PY_LIBS='-lzstd -lz'.
PY := $(B)/python/retis
PY_LIBS ?= -l:libzstd.a -l:libz.a
PYTHON ?= /usr/bin/python3
PY_INCLUDE := $(shell $(PYTHON) -c 'import sysconfig; print(sysconfig.get_path("include"))' 2>/dev/null)
PY_C := $(wildcard scripts/python/native/*.c)
PY_OBJ := $(PY_C:%.c=$(B)/obj/%.o)
PY_FILES := $(patsubst scripts/python/%,$(B)/python/%,$(wildcard scripts/python/retis/*.py)) \
	$(PLUGINS:%=$(PY)/plugins/%.so)

# Not where Python's headers are missing. Those of this machine are none for another processor,
# whose program can't be asked for the stubs either.
ifneq ($(if $(CROSS),,$(wildcard $(PY_INCLUDE)/Python.h)),)
all: python
install: install-python
endif

PY_PARTS := $(PY)/_native.abi3.so $(PY)/__init__.pyi $(PY)/py.typed $(PY_FILES)
.PHONY: python
python: $(PY_PARTS) ## Build the Python package in build/python

$(PY_OBJ): $(B)/obj/%.o: %.c
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) -isystem $(PY_INCLUDE) $(PLUGIN_CFLAGS) -MMD -MP -c -o $@ $<

$(PY)/_native.abi3.so: $(PY_OBJ) $(B)/libretis.a
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -shared -Wl,--exclude-libs,ALL -o $@ $^ $(PY_LIBS)

$(PY)/%.py: scripts/python/retis/%.py
	@mkdir -p $(@D); cp $< $@
$(PY)/plugins/%.so: $(B)/plugins/%.so
	@mkdir -p $(@D); cp $< $@
$(PY)/py.typed:
	@mkdir -p $(@D); touch $@
# Out of the field tables, by way of the schema.
$(PY)/__init__.pyi: scripts/python/make-stubs $(B)/retis $(PLUGINS:%=$(B)/plugins/%.so)
	$(call say,STUBS,$@)
	@mkdir -p $(@D)
	$(Q)$(B)/retis schema | $(PYTHON) scripts/python/make-stubs > $@

.PHONY: install-python
install-python: $(PY_PARTS)
	$(Q)rm -rf $(DESTDIR)$(PYTHON_DIR)/retis
	$(Q)install -d $(DESTDIR)$(PYTHON_DIR)/retis $(DESTDIR)$(PREFIX)/share/retis/python
	$(Q)install -m 644 $(filter %.py %.pyi %.typed,$^) $(DESTDIR)$(PYTHON_DIR)/retis/
	$(Q)install -m 755 $(PY)/_native.abi3.so $(DESTDIR)$(PYTHON_DIR)/retis/
	$(Q)ln -sr $(DESTDIR)$(LIBDIR)/plugins $(DESTDIR)$(PYTHON_DIR)/retis/plugins

.PHONY: wheel
wheel: python ## Build the Python package's wheel in build/wheel
	$(Q)$(PYTHON) scripts/python/make-wheel $(B)/python $(B)/wheel '$(RELEASE)'

# For scripts/check-style.
.PHONY: libretis-sources
libretis-sources:
	@printf '%s\n' $(LIBRETIS_SRC)

# The probe templates are part of the program (core/probe/templates.c).
$(B)/obj/core/probe/templates.o $(B)/san/core/probe/templates.o: $(TEMPLATES)

define bpf_rule
$(B)/bpf/%.$(1).bpf.o: bpf/%.bpf.c
	$$(call say,BPF,$$@)
	@mkdir -p $$(@D)
	$$(Q)$$(CLANG) $$(BPF_CFLAGS) $(2) -MMD -MP -c -o $$@ $$<
$(B)/bpf/plugins/%.$(1).bpf.o: plugins/%.bpf.c
	$$(call say,BPF,$$@)
	@mkdir -p $$(@D)
	$$(Q)$$(CLANG) $$(BPF_CFLAGS) $(2) -MMD -MP -c -o $$@ $$<
$(B)/bpf/tests/%.$(1).bpf.o: tests/%.bpf.c
	$$(call say,BPF,$$@)
	@mkdir -p $$(@D)
	$$(Q)$$(CLANG) $$(BPF_CFLAGS) $(2) -MMD -MP -c -o $$@ $$<
endef
$(eval $(call bpf_rule,direct,-DRETIS_READ_DIRECT))
$(eval $(call bpf_rule,probe,))

# $(1): plugin name, $(2): its folder, $(3): the .so
define plugin_rule
$(1)_OBJ := $$(patsubst %.c,$(B)/obj/%.o,$$(call plugin_src,$(2)))
$$($(1)_OBJ): $(B)/obj/%.o: %.c $$(filter $(B)/bpf/$(2)/%,$$(HOOKS))
	$$(call say,CC,$$<)
	@mkdir -p $$(@D)
	$$(Q)$$(CC) -Iinclude -D_GNU_SOURCE $$(PLUGIN_CFLAGS) -MMD -MP \
		-Wa,-I$(B)/bpf/$(2) -c -o $$@ $$<
$(3): $$($(1)_OBJ)
	$$(call say,PLUGIN,$$@)
	@mkdir -p $$(@D)
	$$(Q)$$(CC) $$(CFLAGS) $$(LDFLAGS) -shared -Wl,-z,defs -o $$@ $$^
endef
$(foreach p,$(PLUGINS),$(eval $(call plugin_rule,$(p),plugins/$(p),$(B)/plugins/$(p).so)))
$(foreach p,$(PLUGINS),$(eval $(call static_plugin_rule,$(p))))
$(foreach p,$(TEST_PLUGINS),$(eval $(call plugin_rule,$(p),tests/plugins/$(p),$(B)/tests/plugins/$(p).so)))

# Tools of the tests: events without a kernel.
$(B)/tests/tools/%: tests/tools/%.c $(LIB_OBJ)
	$(call say,TOOL,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -o $@ $< $(LIB_OBJ) $(LDLIBS)
TEST_TOOLS := $(patsubst tests/tools/%.c,$(B)/tests/tools/%,$(wildcard tests/tools/*.c))

# A program with usdt probes, the same at fixed addresses, and as a library; those of Open vSwitch
# for a daemon that has none.
USDT_TARGETS := $(addprefix $(B)/tests/usdt/,target target-fixed target.so ovs.so)
$(B)/tests/usdt/target: USDT_FLAGS := -fPIE -pie
$(B)/tests/usdt/target-fixed: USDT_FLAGS := -fno-pie -no-pie
$(B)/tests/usdt/target.so: USDT_FLAGS := -fPIC -shared -DLIBRARY
$(B)/tests/usdt/ovs.so: USDT_FLAGS := -fPIC -shared
$(B)/tests/usdt/ovs.so: tests/usdt/ovs.c
$(filter $(B)/tests/usdt/target%,$(USDT_TARGETS)): tests/usdt/target.c
$(USDT_TARGETS): tests/usdt/sdt.h
	$(call say,TOOL,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) -I. -D_GNU_SOURCE -std=gnu11 $(WARN) -O2 -fvisibility=hidden $(USDT_FLAGS) -pthread -o $@ $(filter %.c,$^) -ldl

# --- tests ---------------------------------------------------------------

$(B)/tests/test_%: tests/unit/test_%.c $(SAN_OBJ)
	$(call say,TEST,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) -std=gnu11 $(WARN) $(CFLAGS) $(SAN) -MMD -MP -o $@ $< $(SAN_OBJ) \
		$(LDLIBS) -lcriterion

define plugin_test_rule
$(B)/tests/plugin-$(1): $$(wildcard plugins/$(1)/test*.c) $$(call plugin_src,plugins/$(1)) \
		$$(filter $(B)/bpf/plugins/$(1)/%,$$(HOOKS)) $$(wildcard plugins/$(1)/*.h include/retis/*.h)
	$$(call say,TEST,$$@)
	@mkdir -p $$(@D)
	$$(Q)$$(CC) -Iinclude -I. -D_GNU_SOURCE -std=gnu11 $$(WARN) $$(CFLAGS) $$(SAN) \
		-Wa,-I$(B)/bpf/plugins/$(1) -o $$@ $$(filter %.c,$$^) -lcriterion
endef
$(foreach p,$(PLUGIN_TESTS),$(eval $(call plugin_test_rule,$(p))))

# The root first: what is compiled meanwhile would find other headers, or none.
ifneq ($(SYSROOT),)
$(CORE_OBJ) $(LIBRETIS_OBJ) $(STATIC_ONLY:%.c=$(B)/static/%.o) $(TEMPLATES) $(HOOKS) $(USDT_TARGETS) \
	$(foreach p,$(PLUGINS) $(TEST_PLUGINS),$($(p)_OBJ)): | $(SYSROOT)
endif

# Those of another processor can't be run here.
TEST_BINARIES := $(if $(CROSS),,$(UNIT_TESTS:%=$(B)/tests/%) $(PLUGIN_TESTS:%=$(B)/tests/plugin-%))

# Where programs in folders below build/ look for profiles that came with them.
build/share/retis/profiles:
	@mkdir -p $(@D); ln -sfn ../../../profiles $@

.PHONY: tests
tests: all $(if $(CROSS),build/share/retis/profiles) $(TEST_TOOLS) $(USDT_TARGETS) $(TEST_BINARIES) $(TEST_PLUGINS:%=$(B)/tests/plugins/%.so) ## Build all tests

# For who just types "make check".
PARALLEL = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))

.PHONY: check
check: ## Install what is missing, build, run all tests
	@scripts/setup
	@$(MAKE) --no-print-directory $(PARALLEL) tests
	@scripts/check

.PHONY: demo
demo: ## Install what is missing, build, trace a ping between two namespaces
	@scripts/setup
	@$(MAKE) --no-print-directory $(PARALLEL) all
	@scripts/demo

.PHONY: bench
bench: tests ## Measure cost per event, bytes, rates
	@scripts/bench

FUZZERS := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_CFLAGS := -std=gnu11 -Wall -Wextra $(WERROR) -O1 -g -include core/util/banned.h -fsanitize=address,undefined \
	-fno-sanitize-recover=undefined
# What parses. A target takes of it what it calls.
FUZZ_SRC := $(wildcard $(patsubst %,core/%/*.c,ask event file filter input json kernel names plugin probe profile \
	reader usdt util) core/cli/options*.c core/cli/when.c core/sort/wire.c plugins/skb/packet*.c \
	plugins/nft/listing.c plugins/ovs/reply.c)
.PHONY: fuzz
fuzz: $(FUZZERS:%=$(B)/fuzz/%) ## Build the fuzz targets and run each for FUZZ_SECONDS (60)
	@scripts/fuzz
$(B)/fuzz/obj/%.o: %.c
	$(call say,CC.fuzz,$<)
	@mkdir -p $(@D)
	$(Q)$(CLANG) $(CPPFLAGS) $(FUZZ_CFLAGS) -fsanitize=fuzzer-no-link -MMD -MP -Wa,-I$(B)/bpf -c -o $@ $<
$(B)/fuzz/parsers.a: $(FUZZ_SRC:%.c=$(B)/fuzz/obj/%.o) Makefile
	$(call say,AR,$@)
	$(Q)rm -f $@; $(AR) rcs $@ $(filter %.o,$^)
$(B)/fuzz/%: tests/fuzz/fuzz_%.c $(B)/fuzz/parsers.a
	$(call say,FUZZ,$@)
	$(Q)$(CLANG) $(CPPFLAGS) $(FUZZ_CFLAGS) -fsanitize=fuzzer -MMD -MP -o $@ $< $(B)/fuzz/parsers.a $(LDLIBS)

.PHONY: format
format: ## Format all C files
	$(Q)$(CLANG_FORMAT) -i $$(scripts/sources)

.PHONY: lint
lint: ## Check formatting, style rules, dependencies between folders, shell scripts
	$(Q)scripts/lint

# --- manual pages and completion -------------------------------------------

# $(1): page of docs/, $(2): its name as a manual page, $(3): about
define doc_page_rule
$(B)/share/man/man7/$(2).7: docs/$(1).md scripts/man-page
	$$(call say,MAN,$$@)
	@mkdir -p $$(@D)
	$$(Q)scripts/man-page $$< $(2) '$(3)' > $$@
DOC_PAGES += $(B)/share/man/man7/$(2).7
endef
$(eval $(call doc_page_rule,probes,retis-probes,where packets are looked at))
$(eval $(call doc_page_rule,filters,retis-filters,which packets are looked at))
$(eval $(call doc_page_rule,profiles,retis-profiles,arguments kept under a name))
$(eval $(call doc_page_rule,plugin-guide,retis-plugins,how to write a collector))

COMPLETIONS := bash-completion/completions/retis zsh/site-functions/_retis \
	fish/vendor_completions.d/retis.fish

# The program makes them, of the options it and its plugins have.
$(B)/share/made: $(B)/retis $(PLUGINS:%=$(B)/plugins/%.so)
	$(call say,MAN,$(B)/share/man/man1)
	$(Q)rm -rf $(B)/share/man/man1
	@mkdir -p $(B)/share/man/man1 $(dir $(COMPLETIONS:%=$(B)/share/%))
	$(Q)$(B)/retis man-pages $(B)/share/man/man1
	$(Q)$(B)/retis sh-complete --shell bash --register $(B)/share/bash-completion/completions
	$(Q)$(B)/retis sh-complete --shell zsh --register $(B)/share/zsh/site-functions
	$(Q)$(B)/retis sh-complete --shell fish --register $(B)/share/fish/vendor_completions.d
	@touch $@

.PHONY: manual
manual: $(B)/share/made $(DOC_PAGES) ## Make manual pages and completions below build/share

# --- installation --------------------------------------------------------

LIBDIR = $(PREFIX)/lib/retis
DOCDIR = $(PREFIX)/share/doc/retis
# Of libretis; distributions have a folder per processor, or lib64.
LIBRARY_DIR ?= $(PREFIX)/lib
# Where "retis python" looks first; distributions have one that all Python looks at.
PYTHON_DIR ?= $(LIBDIR)/python
# Where Wireshark looks, if PREFIX is its own; see docs/pcap.md.
WIRESHARK_DIR ?= $(PREFIX)/lib/$(if $(MULTIARCH),$(MULTIARCH)/)wireshark
HEADERS := $(shell find include -name '*.h')

.PHONY: install
install: all manual ## Install below DESTDIR/PREFIX (/usr/local)
	$(Q)install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(LIBDIR)/plugins \
		$(DESTDIR)$(LIBRARY_DIR)/pkgconfig $(DESTDIR)$(PREFIX)/share/retis
	$(Q)install -m 755 $(B)/retis $(DESTDIR)$(PREFIX)/bin/retis
	$(Q)install -m 755 $(PLUGINS:%=$(B)/plugins/%.so) $(DESTDIR)$(LIBDIR)/plugins/
	$(Q)for h in $(HEADERS); do \
		install -D -m 644 $$h $(DESTDIR)$(PREFIX)/$$h || exit 1; done
	$(Q)sed -e 's,@PREFIX@,$(PREFIX),; s,@LIBDIR@,$(LIBRARY_DIR),; s,@VERSION@,$(patsubst v%,%,$(VERSION)),' scripts/retis.pc.in \
		> $(DESTDIR)$(LIBRARY_DIR)/pkgconfig/retis.pc
	$(Q)install -m 755 $(B)/libretis.so $(DESTDIR)$(LIBRARY_DIR)/libretis.so.$(LIBRETIS_MAJOR)
	$(Q)ln -sf libretis.so.$(LIBRETIS_MAJOR) $(DESTDIR)$(LIBRARY_DIR)/libretis.so
	$(Q)install -m 644 $(B)/libretis.a $(DESTDIR)$(LIBRARY_DIR)/libretis.a
	$(Q)sed -e 's,@PREFIX@,$(PREFIX),; s,@LIBDIR@,$(LIBRARY_DIR),; s,@VERSION@,$(patsubst v%,%,$(VERSION)),' scripts/libretis.pc.in \
		> $(DESTDIR)$(LIBRARY_DIR)/pkgconfig/libretis.pc
	$(Q)cd $(B)/share && find man $(COMPLETIONS) -type f -exec \
		install -D -m 644 {} $(abspath $(DESTDIR)$(PREFIX))/share/{} ';'
	$(Q)install -d $(DESTDIR)$(PREFIX)/share/retis/profiles
	$(Q)install -m 644 profiles/*.yaml $(DESTDIR)$(PREFIX)/share/retis/profiles/
	$(Q)install -m 755 scripts/new-plugin $(DESTDIR)$(PREFIX)/share/retis/new-plugin
	$(Q)install -d $(DESTDIR)$(DOCDIR)/examples/collector-hello
	$(Q)install -m 644 docs/plugin-guide.md $(DESTDIR)$(DOCDIR)/
	$(Q)install -m 644 docs/examples/collector-hello/* $(DESTDIR)$(DOCDIR)/examples/collector-hello/
	$(Q)install -d $(DESTDIR)$(PREFIX)/share/wireshark $(DESTDIR)$(WIRESHARK_DIR)/plugins \
		$(DESTDIR)$(WIRESHARK_DIR)/extcap
	$(Q)sed 's,^local PROGRAM = .*,local PROGRAM = "$(PREFIX)/bin/retis",' \
		scripts/wireshark/retis.lua > $(DESTDIR)$(PREFIX)/share/wireshark/retis.lua
	$(Q)ln -srf $(DESTDIR)$(PREFIX)/share/wireshark/retis.lua $(DESTDIR)$(WIRESHARK_DIR)/plugins/retis.lua
	$(Q)sed 's,RETIS:-retis,RETIS:-$(PREFIX)/bin/retis,' scripts/wireshark/retis-extcap \
		> $(DESTDIR)$(WIRESHARK_DIR)/extcap/retis
	$(Q)chmod 755 $(DESTDIR)$(WIRESHARK_DIR)/extcap/retis

.PHONY: uninstall
uninstall: ## Remove what install put there; other plugins stay
	$(Q)rm -f $(DESTDIR)$(PREFIX)/bin/retis $(DESTDIR)$(LIBRARY_DIR)/pkgconfig/retis.pc \
		$(DESTDIR)$(LIBRARY_DIR)/pkgconfig/libretis.pc $(DESTDIR)$(LIBRARY_DIR)/libretis.* \
		$(PLUGINS:%=$(DESTDIR)$(LIBDIR)/plugins/%.so) $(DESTDIR)$(PREFIX)/share/retis/new-plugin \
		$(DESTDIR)$(PREFIX)/share/wireshark/retis.lua $(DESTDIR)$(WIRESHARK_DIR)/plugins/retis.lua \
		$(DESTDIR)$(WIRESHARK_DIR)/extcap/retis
	$(Q)rm -rf $(DESTDIR)$(PREFIX)/include/retis $(DESTDIR)$(DOCDIR) $(DESTDIR)$(PYTHON_DIR)/retis
	$(Q)rm -f $(patsubst %,$(DESTDIR)$(PREFIX)/share/retis/%,$(wildcard profiles/*.yaml))
	$(Q)rm -f $(DESTDIR)$(PREFIX)/share/man/man1/retis.1 $(DESTDIR)$(PREFIX)/share/man/man1/retis-*.1 \
		$(DESTDIR)$(PREFIX)/share/man/man7/retis-*.7 $(COMPLETIONS:%=$(DESTDIR)$(PREFIX)/share/%)
	$(Q)rmdir $(DESTDIR)$(PREFIX)/share/retis/profiles $(DESTDIR)$(PREFIX)/share/retis/python $(DESTDIR)$(PYTHON_DIR) \
		$(DESTDIR)$(LIBDIR)/plugins $(DESTDIR)$(LIBDIR) $(DESTDIR)$(PREFIX)/share/retis \
		2>/dev/null || true

# --- releases --------------------------------------------------------------

.PHONY: dist
dist: ## Make build/dist/retis-VERSION.tar.gz of the last commit; KEY=ID signs it
	$(Q)scripts/dist $(RELEASE) $(KEY)

.PHONY: deb rpm
deb: ## Make Debian packages of the last commit in build/deb
	$(Q)scripts/package deb
rpm: ## Make RPM packages of the last commit in build/rpm
	$(Q)scripts/package rpm

.PHONY: check-packages
check-packages: ## Build and install packages of the last commit in clean roots
	$(Q)scripts/check-packages

.PHONY: clean
clean: ## Remove build/
	$(Q)rm -rf $(B)

.PHONY: help
help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20
	@echo '  Variables: V=1 (show commands), PREFIX, DESTDIR, WIRESHARK_DIR, LIBRARY_DIR, PYTHON_DIR, CFLAGS, CLANG, -j'
	@echo '  Another processor: ARCH=aarch64 CROSS=aarch64-linux-gnu- (docs/testing.md)'

-include $(shell find $(B) -name roots -prune -o -name '*.d' -type f -print 2>/dev/null)
