import os
import re

from conan import ConanFile
from conan.errors import ConanInvalidConfiguration
from conan.tools.build import check_min_cppstd
from conan.tools.cmake import CMake, CMakeDeps, CMakeToolchain, cmake_layout
from conan.tools.files import copy, load, rmdir
from conan.tools.scm import Version

required_conan_version = ">=2.0.5"


class TenonConan(ConanFile):
    name = "tenon"
    description = "Embeddable persistence, strictly apart per tenant, on SQLite and PostgreSQL"
    license = "MIT"
    topics = ("persistence", "multi-tenant", "sqlite", "postgresql", "cpp20")
    package_type = "library"
    settings = "os", "arch", "compiler", "build_type"
    options = {
        "shared": [True, False],
        "fPIC": [True, False],
        "sqlite": [True, False],
        "postgres": [True, False],
        "prometheus": [True, False],
        "tools": [True, False],
    }
    default_options = {
        "shared": False,
        "fPIC": True,
        "sqlite": True,
        "postgres": True,
        "prometheus": False,
        "tools": False,
        "boost/*:header_only": True,
    }
    implements = ["auto_shared_fpic"]

    @property
    def _checkout(self):
        return os.path.join(self.recipe_folder, os.pardir, os.pardir)

    def set_version(self):
        listfile = load(self, os.path.join(self._checkout, "CMakeLists.txt"))
        self.version = self.version or re.search(r"project\(tenon VERSION ([0-9.]+)", listfile).group(1)

    def export_sources(self):
        for pattern in ("CMakeLists.txt", "LICENSE", "cmake/*", "include/*", "src/*", "backends/*"):
            copy(self, pattern, src=self._checkout, dst=self.export_sources_folder)

    def layout(self):
        cmake_layout(self)

    def requirements(self):
        self.requires("boost/[>=1.81 <2]", transitive_headers=True)
        self.requires("nlohmann_json/[>=3.11 <4]", transitive_headers=True)
        if self.options.sqlite:
            self.requires("sqlite3/[>=3.38 <4]")
            self.requires("sqlitecpp/[>=3.2 <4]")
        if self.options.postgres:
            self.requires("libpq/[>=14 <20]")
            self.requires("libpqxx/[>=6.4 <9]")
        if self.options.prometheus:
            self.requires("prometheus-cpp/[>=1.0 <2]")
        if self.options.tools:
            self.requires("cli11/[>=2.1 <3]", visible=False)

    def validate(self):
        check_min_cppstd(self, 20)
        if self.settings.os == "Windows" and self.settings.compiler == "msvc":
            raise ConanInvalidConfiguration("tenon is built with g++ and clang")
        if self.settings.compiler == "gcc" and Version(self.settings.compiler.version) < "12":
            raise ConanInvalidConfiguration("tenon needs g++ 12 or newer")
        if self.options.postgres:
            libpqxx = Version(self.dependencies["libpqxx"].ref.version)
            if libpqxx >= "8" and self.settings.compiler == "gcc" and Version(self.settings.compiler.version) < "13":
                raise ConanInvalidConfiguration("libpqxx 8 needs g++ 13 or newer; require libpqxx/[>=7.10 <8] beside tenon")

    def generate(self):
        toolchain = CMakeToolchain(self)
        toolchain.cache_variables["TENON_SQLITE"] = bool(self.options.sqlite)
        toolchain.cache_variables["TENON_POSTGRES"] = bool(self.options.postgres)
        toolchain.cache_variables["TENON_PROMETHEUS"] = bool(self.options.prometheus)
        toolchain.cache_variables["TENON_BUILD_CLI"] = bool(self.options.tools)
        for part in ("TESTS", "EXAMPLES", "BENCH"):
            toolchain.cache_variables[f"TENON_BUILD_{part}"] = False
        toolchain.cache_variables["TENON_WERROR"] = False
        toolchain.generate()
        dependencies = CMakeDeps(self)
        # CMakeDeps takes a package for compatible within one major version; tenon asks for 14 or any later.
        dependencies.set_property("libpq", "cmake_config_version_compat", "AnyNewerVersion")
        dependencies.set_property("libpqxx", "cmake_config_version_compat", "AnyNewerVersion")
        dependencies.generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        cmake = CMake(self)
        cmake.install()
        copy(self, "LICENSE", src=self.source_folder, dst=os.path.join(self.package_folder, "licenses"))
        copy(self, "TenonEmbedMigrations.cmake", src=os.path.join(self.source_folder, "cmake"),
             dst=os.path.join(self.package_folder, "lib", "cmake"))
        # Conan writes both kinds of files itself, from package_info.
        rmdir(self, os.path.join(self.package_folder, "lib", "cmake", "tenon"))
        rmdir(self, os.path.join(self.package_folder, "lib", "pkgconfig"))
        rmdir(self, os.path.join(self.package_folder, "share"))

    def package_info(self):
        self.cpp_info.set_property("cmake_file_name", "tenon")
        self.cpp_info.set_property("cmake_target_name", "tenon::all")  # else tenon::tenon would bring every backend along
        self.cpp_info.set_property("cmake_build_modules", [os.path.join("lib", "cmake", "TenonEmbedMigrations.cmake")])
        self.cpp_info.set_property("cmake_config_version_compat", "SameMinorVersion")
        self.cpp_info.set_property("pkg_config_name", "tenon")  # with every component, as the tenon.pc of a build

        core = self.cpp_info.components["tenon"]
        core.set_property("cmake_target_name", "tenon::tenon")
        core.set_property("pkg_config_name", "tenon-core")
        core.libs = ["tenon"]
        core.requires = ["boost::headers", "nlohmann_json::nlohmann_json"]
        if self.options.shared:
            core.defines = ["TENON_SHARED"]
        if self.settings.os in ("Linux", "FreeBSD"):
            core.system_libs = ["pthread"]

        if self.options.sqlite:
            self._backend("sqlite", ["sqlite3::sqlite3", "sqlitecpp::sqlitecpp"])
        if self.options.postgres:
            self._backend("postgres", ["libpq::libpq", "libpqxx::libpqxx"])
        if self.options.prometheus:
            self._component("prometheus", ["prometheus-cpp::prometheus-cpp-core"])

    def _component(self, name, requires):
        component = self.cpp_info.components[name]
        component.set_property("cmake_target_name", f"tenon::{name}")
        component.set_property("pkg_config_name", f"tenon-{name}")
        component.libs = [f"tenon-{name}"]
        component.requires = ["tenon"] + requires
        return component

    def _backend(self, name, requires):
        component = self._component(name, requires)
        # The linker must take the backend although nothing names it: cmake/TenonTargets.cmake says why.
        symbol = f"tenon_register_{name}"
        if self.settings.os == "Macos":
            keep = [f"-Wl,-u,_{symbol}"]
        elif self.options.shared:
            keep = [f"-Wl,--no-as-needed,--undefined={symbol}"]
        else:
            keep = [f"-Wl,--undefined={symbol}"]
        component.exelinkflags = keep
        component.sharedlinkflags = keep
