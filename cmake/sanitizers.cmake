# COUNTERFOIL_SANITIZE names what a preset watches for, as the compiler's -fsanitize takes it.
set(COUNTERFOIL_SANITIZE "" CACHE STRING "sanitizers, comma-separated: address,undefined or thread")
if(COUNTERFOIL_SANITIZE)
  add_compile_options(-fsanitize=${COUNTERFOIL_SANITIZE} -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${COUNTERFOIL_SANITIZE})
endif()
