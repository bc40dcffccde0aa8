# One interface target carries the warnings, so that every target of ours is held to the same list
# under GCC 12 and clang 14.
add_library(counterfoil_warnings INTERFACE)
target_compile_options(
  counterfoil_warnings
  INTERFACE -Werror
            -Wall
            -Wextra
            -Wpedantic
            -Wconversion
            -Wsign-conversion
            -Wshadow
            -Wnon-virtual-dtor
            -Wold-style-cast
            -Wcast-align
            -Woverloaded-virtual
            -Wimplicit-fallthrough
            -Wformat=2)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  target_compile_options(counterfoil_warnings INTERFACE -Wthread-safety)
else()
  target_compile_options(counterfoil_warnings INTERFACE -Wduplicated-cond -Wlogical-op)
endif()
