# bin/weir alone goes on PATH: coreutils owns the names `join` and `groups`. The tools go to libexec/weir.
include(GNUInstallDirs)

get_target_property(tools weir_tools MANUALLY_ADDED_DEPENDENCIES)
foreach(tool IN LISTS tools)
  if(tool STREQUAL weir_tool_weir)
    install(TARGETS ${tool} DESTINATION ${CMAKE_INSTALL_BINDIR})
  else()
    install(TARGETS ${tool} DESTINATION libexec/weir)
  endif()
endforeach()

install(DIRECTORY man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 FILES_MATCHING PATTERN "*.1")
install(DIRECTORY man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man5 FILES_MATCHING PATTERN "*.5")
install(DIRECTORY man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man7 FILES_MATCHING PATTERN "*.7")
install(DIRECTORY completions/bash/ DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(DIRECTORY completions/fish/ DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
# Where zsh looks depends on the prefix, which --prefix and CPack set only when they install.
install(CODE "
  set(folder site-functions)
  if(CMAKE_INSTALL_PREFIX STREQUAL /usr)
    set(folder vendor-completions)
  endif()
  file(INSTALL DESTINATION \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DATADIR}/zsh/\${folder}\"
       TYPE DIRECTORY FILES \"${PROJECT_SOURCE_DIR}/completions/zsh/\")")
install(FILES README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME weir)
set(CPACK_PACKAGE_CONTACT "The weir authors <weir@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "librdkafka1, librocksdb7.8, tzdata")  # opened for a Kafka cluster, and for state on disk, only
set(CPACK_DEBIAN_PACKAGE_SUGGESTS bash-completion)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
  "Events are lines of JSON; small programs write them to a durable log,
read them back, filter and map them. On one machine the log is a directory in
Apache Kafka's own format; produce, consume and topics work on a cluster, too.")
include(CPack)
