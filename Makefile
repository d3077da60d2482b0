# SPDX-License-Identifier: GPL-2.0-or-later
#
# One Makefile over folders: a .c file under core/, a folder under plugins/, a
# template under bpf/ or a test is picked up by being there. Everything built
# goes to build/.

RELEASE := 0.1.0
COMMIT := $(shell git describe --always --abbrev=12 --exclude '*' --dirty 2>/dev/null)
VERSION ?= v$(RELEASE)$(if $(COMMIT),-$(COMMIT))
PREFIX ?= /usr/local
DESTDIR ?=

CC = gcc
CLANG ?= clang-14
CLANG_FORMAT ?= clang-format-14
ARCH := $(shell uname -m)
# The names that libbpf has for them.
BPF_ARCH := $(patsubst aarch64,arm64,$(patsubst x86_64,x86,$(ARCH)))
MULTIARCH := $(shell $(CC) -print-multiarch 2>/dev/null)

B := build
Q = $(if $(V),,@)
say = $(if $(V),,@printf '  %-7s %s\n' $(1) $(2))

WARN := -Wall -Wextra -Werror -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes
CPPFLAGS += -Iinclude -I. -D_GNU_SOURCE
CFLAGS ?= -O2 -g
ALL_CFLAGS = -std=gnu11 $(WARN) -fvisibility=hidden -include core/util/banned.h $(CFLAGS)
PLUGIN_CFLAGS = -std=gnu11 $(WARN) -fPIC -fvisibility=hidden $(CFLAGS)
SAN := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
LDLIBS := -lbpf -lpcap -lyaml -lelf -lz -lzstd -ldl -lpthread
# The kernel's BPF instruction set of 5.12 and later: atomics, 32-bit jumps.
BPF_CFLAGS = -target bpf -D__TARGET_ARCH_$(BPF_ARCH) -mcpu=v3 -O2 -g -std=gnu11 -Wall -Wextra -Werror -Wno-unused-parameter \
	-Iinclude -Ibpf $(if $(MULTIARCH),-I/usr/include/$(MULTIARCH))

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
# position-independent; what it exports is what include/retis/reader.h declares.
LIBRETIS_MAJOR := 1
LIBRETIS_SRC := $(sort $(wildcard core/reader/*.c)) core/file/format.c core/file/index.c \
	core/event/registry_check.c core/names/tables.c core/util/list.c
LIBRETIS_OBJ := $(LIBRETIS_SRC:%.c=$(B)/lib/%.o)
LIBRETIS_LIBS := -lz -lzstd

$(B)/lib/%.o: %.c
	$(call say,CC.lib,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -fPIC -MMD -MP -c -o $@ $<

$(B)/libretis.so: $(LIBRETIS_OBJ)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -shared -Wl,-z,defs -Wl,-soname,libretis.so.$(LIBRETIS_MAJOR) \
		-o $@ $^ $(LIBRETIS_LIBS)
	$(Q)ln -sf libretis.so $(B)/libretis.so.$(LIBRETIS_MAJOR)

# One object, its internal names local: a program's own functions don't clash.
$(B)/libretis.a: $(LIBRETIS_OBJ)
	$(call say,AR,$@)
	$(Q)$(CC) -r -nostdlib -o $(B)/lib/libretis.o $^
	$(Q)objcopy --wildcard --keep-global-symbol='retis_reader_*' \
		--keep-global-symbol=retis_loss_text $(B)/lib/libretis.o
	$(Q)rm -f $@; ar rcs $@ $(B)/lib/libretis.o

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
$(foreach p,$(TEST_PLUGINS),$(eval $(call plugin_rule,$(p),tests/plugins/$(p),$(B)/tests/plugins/$(p).so)))

# Tools of the tests: events without a kernel.
$(B)/tests/tools/%: tests/tools/%.c $(LIB_OBJ)
	$(call say,TOOL,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -o $@ $< $(LIB_OBJ) $(LDLIBS)
TEST_TOOLS := $(patsubst tests/tools/%.c,$(B)/tests/tools/%,$(wildcard tests/tools/*.c))

# A program with usdt probes, the same at fixed addresses, and as a library.
USDT_TARGETS := $(addprefix $(B)/tests/usdt/,target target-fixed target.so)
$(B)/tests/usdt/target: USDT_FLAGS := -fPIE -pie
$(B)/tests/usdt/target-fixed: USDT_FLAGS := -fno-pie -no-pie
$(B)/tests/usdt/target.so: USDT_FLAGS := -fPIC -shared -DLIBRARY
$(USDT_TARGETS): tests/usdt/target.c tests/usdt/sdt.h
	$(call say,TOOL,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) -I. -D_GNU_SOURCE -std=gnu11 $(WARN) -O2 -fvisibility=hidden $(USDT_FLAGS) -pthread -o $@ $< -ldl

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

TEST_BINARIES := $(UNIT_TESTS:%=$(B)/tests/%) $(PLUGIN_TESTS:%=$(B)/tests/plugin-%)

.PHONY: tests
tests: all $(TEST_TOOLS) $(USDT_TARGETS) $(TEST_BINARIES) $(TEST_PLUGINS:%=$(B)/tests/plugins/%.so) ## Build all tests

.PHONY: check
check: ## Install what is missing, build, run all tests
	@scripts/setup
	@$(MAKE) --no-print-directory tests
	@scripts/check

.PHONY: demo
demo: ## Install what is missing, build, trace a ping between two namespaces
	@scripts/setup
	@$(MAKE) --no-print-directory all
	@scripts/demo

.PHONY: bench
bench: tests ## Measure cost per event, bytes, rates
	@scripts/bench

FUZZERS := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
.PHONY: fuzz
fuzz: $(FUZZERS:%=$(B)/fuzz/%) ## Build the fuzz targets and run each for FUZZ_SECONDS (60)
	@scripts/fuzz
$(B)/fuzz/%: tests/fuzz/fuzz_%.c $(shell find core plugins include -name '*.[ch]')
	$(call say,FUZZ,$@)
	@mkdir -p $(@D)
	$(Q)$(CLANG) $(CPPFLAGS) -std=gnu11 -O1 -g -fsanitize=fuzzer,address,undefined -o $@ $< \
		$$(sed -n 's,^ \* sources: ,,p' $<) $(LDLIBS)

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
# Where Wireshark looks, if PREFIX is its own; see docs/pcap.md.
WIRESHARK_DIR ?= $(PREFIX)/lib/$(if $(MULTIARCH),$(MULTIARCH)/)wireshark
HEADERS := $(shell find include -name '*.h')

.PHONY: install
install: all manual ## Install below DESTDIR/PREFIX (/usr/local)
	$(Q)install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(LIBDIR)/plugins \
		$(DESTDIR)$(PREFIX)/lib/pkgconfig $(DESTDIR)$(PREFIX)/share/retis
	$(Q)install -m 755 $(B)/retis $(DESTDIR)$(PREFIX)/bin/retis
	$(Q)install -m 644 $(PLUGINS:%=$(B)/plugins/%.so) $(DESTDIR)$(LIBDIR)/plugins/
	$(Q)for h in $(HEADERS); do \
		install -D -m 644 $$h $(DESTDIR)$(PREFIX)/$$h || exit 1; done
	$(Q)sed -e 's,@PREFIX@,$(PREFIX),; s,@VERSION@,$(patsubst v%,%,$(VERSION)),' scripts/retis.pc.in \
		> $(DESTDIR)$(PREFIX)/lib/pkgconfig/retis.pc
	$(Q)install -m 755 $(B)/libretis.so $(DESTDIR)$(PREFIX)/lib/libretis.so.$(LIBRETIS_MAJOR)
	$(Q)ln -sf libretis.so.$(LIBRETIS_MAJOR) $(DESTDIR)$(PREFIX)/lib/libretis.so
	$(Q)install -m 644 $(B)/libretis.a $(DESTDIR)$(PREFIX)/lib/libretis.a
	$(Q)sed -e 's,@PREFIX@,$(PREFIX),; s,@VERSION@,$(patsubst v%,%,$(VERSION)),' scripts/libretis.pc.in \
		> $(DESTDIR)$(PREFIX)/lib/pkgconfig/libretis.pc
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
	$(Q)ln -sf $(PREFIX)/share/wireshark/retis.lua $(DESTDIR)$(WIRESHARK_DIR)/plugins/retis.lua
	$(Q)sed 's,RETIS:-retis,RETIS:-$(PREFIX)/bin/retis,' scripts/wireshark/retis-extcap \
		> $(DESTDIR)$(WIRESHARK_DIR)/extcap/retis
	$(Q)chmod 755 $(DESTDIR)$(WIRESHARK_DIR)/extcap/retis

.PHONY: uninstall
uninstall: ## Remove what install put there; other plugins stay
	$(Q)rm -f $(DESTDIR)$(PREFIX)/bin/retis $(DESTDIR)$(PREFIX)/lib/pkgconfig/retis.pc \
		$(DESTDIR)$(PREFIX)/lib/pkgconfig/libretis.pc $(DESTDIR)$(PREFIX)/lib/libretis.* \
		$(PLUGINS:%=$(DESTDIR)$(LIBDIR)/plugins/%.so) $(DESTDIR)$(PREFIX)/share/retis/new-plugin \
		$(DESTDIR)$(PREFIX)/share/wireshark/retis.lua $(DESTDIR)$(WIRESHARK_DIR)/plugins/retis.lua \
		$(DESTDIR)$(WIRESHARK_DIR)/extcap/retis
	$(Q)rm -rf $(DESTDIR)$(PREFIX)/include/retis $(DESTDIR)$(DOCDIR)
	$(Q)rm -f $(patsubst %,$(DESTDIR)$(PREFIX)/share/retis/%,$(wildcard profiles/*.yaml))
	$(Q)rm -f $(DESTDIR)$(PREFIX)/share/man/man1/retis.1 $(DESTDIR)$(PREFIX)/share/man/man1/retis-*.1 \
		$(DESTDIR)$(PREFIX)/share/man/man7/retis-*.7 $(COMPLETIONS:%=$(DESTDIR)$(PREFIX)/share/%)
	$(Q)rmdir $(DESTDIR)$(PREFIX)/share/retis/profiles $(DESTDIR)$(LIBDIR)/plugins $(DESTDIR)$(LIBDIR) $(DESTDIR)$(PREFIX)/share/retis \
		2>/dev/null || true

.PHONY: clean
clean: ## Remove build/
	$(Q)rm -rf $(B)

.PHONY: help
help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20
	@echo '  Variables: V=1 (show commands), PREFIX, DESTDIR, WIRESHARK_DIR, CFLAGS, CLANG, -j'

-include $(shell find $(B) -name '*.d' -type f 2>/dev/null)
