"""Prints what a PowerShell source has that is no PowerShell: a line each."""

import sys

import tree_sitter
import tree_sitter_powershell

parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_powershell.language()))
source = sys.stdin.buffer.read()


def show(node):
    if node.is_error or node.is_missing:
        text = source[node.start_byte : node.end_byte].decode().splitlines()
        print(f"{node.start_point.row + 1}: {node.type} {text[:1]}")
    for child in node.children:
        show(child)


show(parser.parse(source).root_node)
