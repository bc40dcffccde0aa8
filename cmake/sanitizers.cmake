# COUNTERFOIL_SANITIZE names what a preset watches for, as the compiler's -fsanitize takes it.
set(COUNTERFOIL_SANITIZE "" CACHE STRING "sanitizers, comma-separated: address,undefined or thread")
if(COUNTERFOIL_SANITIZE)
  add_compile_options(-fsanitize=${COUNTERFOIL_SANITIZE} -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${COUNTERFOIL_SANITIZE})
  # The fuzzers steer by which branches of our libraries an input takes.
  if(COUNTERFOIL_SANITIZE MATCHES address AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    add_compile_options(-fsanitize=fuzzer-no-link)
  endif()
endif()
