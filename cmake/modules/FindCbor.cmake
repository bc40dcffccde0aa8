# Debian's libcbor has only a .pc file.
# Defines Cbor::cbor.
find_path(Cbor_INCLUDE_DIR cbor.h)
find_library(Cbor_LIBRARY cbor)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Cbor REQUIRED_VARS Cbor_LIBRARY Cbor_INCLUDE_DIR)

if(Cbor_FOUND AND NOT TARGET Cbor::cbor)
  add_library(Cbor::cbor UNKNOWN IMPORTED)
  set_target_properties(Cbor::cbor PROPERTIES IMPORTED_LOCATION ${Cbor_LIBRARY}
                                          INTERFACE_INCLUDE_DIRECTORIES ${Cbor_INCLUDE_DIR})
endif()
mark_as_advanced(Cbor_INCLUDE_DIR Cbor_LIBRARY)
